extension CodeLocation {
  /// Runs the program as its arguments say: `serve`, `describe`, `materialize`, `--help`.
  ///
  /// Marking the type with `@main` is all that a location needs.
  public static func main() { LocationProgram.run(Self.self) }
}
