import HanseModel
import HanseSystem

struct MaterializeCommand {
  private let name: String
  init(_ options: LocationCommand.MaterializeOptions, _ name: String) { self.name = name }
  func run(_ definitions: Definitions) -> Int32 {
    LocationProgram.say("\(name): materialize is not built yet", on: StandardStreams.standardError)
    return 1
  }
}
