import HanseModel
import HanseWorkspace
import Testing

@Suite struct WorkspaceMessagesTests {
  @Test func `the example of the specification gives its message`() {
    let text = Samples.full.replacing("\"environment\"", with: "\"enviroment\"")
    #expect(
      Samples.messages(text) == [
        "workspace.json:12:7: location \"observatory\": unknown member \"enviroment\"; did you "
          + "mean \"environment\"?"
      ]
    )
  }
}
