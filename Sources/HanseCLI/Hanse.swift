import HanseSystem

@main struct HanseCommand {
  static func main() {
    let status = Tool.run(
      Array(CommandLine.arguments.dropFirst()),
      environment: Environment.all()
    )
    SelfProcess.exit(status.rawValue)
  }
}
