@main struct HanseCommand {
  static func main() {}
}
