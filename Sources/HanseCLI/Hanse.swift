import HanseSystem

@main struct HanseCommand {
  static func main() {
    do throws(SystemError) {
      try StandardStreams.openMissing()
    } catch {
      // There is nowhere to say why.
      SelfProcess.exitNow(CommandStatus.failed.rawValue)
    }
    let status = Tool.run(
      Array(CommandLine.arguments.dropFirst()),
      environment: Environment.all()
    )
    SelfProcess.exit(status.rawValue)
  }
}
