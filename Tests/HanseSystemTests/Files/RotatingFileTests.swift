import HanseSystem
import Testing

@Suite struct RotatingFileTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private func open(limitBytes: Int = 10, keptFiles: Int = 3) throws -> RotatingFile {
    try RotatingFile(
      directory: directory.file("logs"),
      name: "log",
      limitBytesPerFile: limitBytes,
      keptFiles: keptFiles
    )
  }

  private func contents() throws -> [String: String] {
    var result: [String: String] = [:]
    for name in try Files.list(directory.file("logs")) {
      result[name] = try directory.text("logs/" + name)
    }
    return result
  }

  @Test func `a full file makes room, and only so many are kept`() throws {
    let file = try open()
    for number in 1...9 { try file.append(Array("line\(number)".utf8)) }
    #expect(
      try contents() == ["log": "line9", "log.1": "line7line8", "log.2": "line5line6"]
    )
    #expect(file.currentSizeBytes == 5)
  }

  @Test func `one kept file starts over`() throws {
    let file = try open(keptFiles: 1)
    for text in ["12345678", "abc", "d"] { try file.append(Array(text.utf8)) }
    #expect(try contents() == ["log": "abcd"])
  }

  @Test func `what is larger than a file is cut, and the quota holds`() throws {
    let file = try open()
    try file.append(Array("ab".utf8))
    try file.append(Array("0123456789ABCDEFGHIJKLM".utf8))
    #expect(
      try contents() == ["log": "KLM", "log.1": "ABCDEFGHIJ", "log.2": "0123456789"]
    )
  }

  @Test func `a reopened file goes on where it was`() throws {
    try open().append(Array("12345678".utf8))
    let again = try open()
    #expect(again.currentSizeBytes == 8)
    try again.append(Array("90".utf8))
    try again.append(Array("x".utf8))
    #expect(try contents() == ["log": "x", "log.1": "1234567890"])
  }

  @Test func `a folder that is gone for a while costs what was to be written, and no history`()
    throws
  {
    let file = try open()
    for number in 1...5 { try file.append(Array("line\(number)".utf8)) }
    let before = try contents()
    #expect(before == ["log": "line5", "log.1": "line3line4", "log.2": "line1line2"])
    try file.append(Array("67890".utf8))
    let (folder, away) = (directory.file("logs"), directory.file("away"))
    try Files.rename(folder, to: away)
    for _ in 0..<3 {
      let error = #expect(throws: SystemError.self) { try file.append(Array("lost".utf8)) }
      #expect(error?.description == "open \"\(folder)/log\": No such file or directory (ENOENT)")
    }
    try Files.rename(away, to: folder)
    try file.append(Array("line6".utf8))
    #expect(
      try contents() == ["log": "line6", "log.1": "line567890", "log.2": "line3line4"]
    )
    #expect(file.currentSizeBytes == 5)
  }

  @Test func `a file that somebody took away is begun anew`() throws {
    let file = try open()
    for number in 1...3 { try file.append(Array("line\(number)".utf8)) }
    try Files.rename(directory.file("logs/log"), to: directory.file("logs/taken"))
    for number in 4...6 { try file.append(Array("line\(number)".utf8)) }
    #expect(
      try contents() == [
        "log": "line5line6", "log.1": "line1line2", "taken": "line3line4",
      ]
    )
  }

  @Test func `appends of many threads are whole and none is lost`() throws {
    let file = try open(limitBytes: 1000, keptFiles: 50)
    let threads = try (0..<4).map { number in
      try OSThread.start(name: "logger \(number)") {
        do {
          for _ in 0..<500 { try file.append(Array("line \(number)\n".utf8)) }
        } catch {
          Issue.record(error)
        }
      }
    }
    for thread in threads { thread.join() }
    let lines = try contents().values.flatMap { $0.split(separator: "\n") }
    #expect(lines.count == 2000)
    #expect(Set(lines) == ["line 0", "line 1", "line 2", "line 3"])
  }
}
