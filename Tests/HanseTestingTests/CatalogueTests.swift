import HanseCore
import HanseFaults
import HanseSystem
import HanseWire
import Testing

@Suite struct CatalogueTests {
  @Test func `there are at least sixty faults that a location can commit`() {
    #expect(Fault.committable.count >= 60)
  }

  @Test func `each fault has a name of its own, fit for a location`() {
    let names = Fault.all.map(\.name)
    #expect(Set(names).count == names.count)
    #expect(names.allSatisfy { $0.wholeMatch(of: /[a-z][a-z0-9_-]{0,62}/) != nil })
    #expect(Fault.all.allSatisfy { Fault(name: $0.name) == $0 })
  }

  @Test(arguments: Fault.all)
  func `each fault says what breaks, what must happen and what must not`(fault: Fault) {
    let entry = fault.entry
    #expect(!entry.breaks.isEmpty && !entry.must.isEmpty && !entry.mustNot.isEmpty)
    #expect(entry.row.wholeMatch(of: /[A-Z][0-9]{2}/) != nil)
  }

  @Test func `the page of faults has all of them as they are`() throws {
    let path = Self.source("HanseTesting/HanseTesting.docc/Faults.md")
    if Environment.value("HANSE_RECORD") != nil {
      try Files.writeAtomically(path, Array(FaultsPage.text.utf8), durably: false)
      Issue.record("recorded \(path)")
    }
    let page = String(decoding: try Files.read(path, limitBytes: 1 << 20), as: UTF8.self)
    #expect(page == FaultsPage.text, "write it anew with HANSE_RECORD=1")
  }

  @Test func `the page of what is refused has every code and count, and faults that there are`()
    throws
  {
    let path = Self.source("HanseWire/HanseWire.docc/WhatIsRefused.md")
    let page = String(decoding: try Files.read(path, limitBytes: 1 << 20), as: UTF8.self)
    for code in WireRefusal.Code.allCases where code != .pipe {
      #expect(page.contains("`\(code.rawValue)`"), "\(code.rawValue)")
    }
    for kind in IgnoredMessages.Kind.allCases {
      #expect(page.contains("| counted | `\(kind.rawValue)` |"), "\(kind.rawValue)")
    }
    let rows = page.split(separator: "\n").filter { $0.hasPrefix("| ") }
    let names = rows.flatMap { row in
      (row.split(separator: "|").last ?? "").matches(of: /`([a-z0-9-]+)`/).map { String($0.1) }
    }
    #expect(names.count > 50 && names.allSatisfy { Fault(name: $0) != nil })
    let wire = WireFault.allCases.map(\.rawValue)
    #expect(wire.filter { !names.contains($0) } == ["error-for-pong"])
  }

  @Test(arguments: Fault.all)
  func `a fault names only codes and counts that there are`(fault: Fault) {
    let result = fault.entry.consequence
    if let kind = result.ignored { #expect(IgnoredMessages.Kind(rawValue: kind) != nil) }
    if let code = result.code, code.hasPrefix("WIRE-") {
      #expect(WireRefusal.Code(rawValue: code) != nil)
    }
    switch result.location {
    case .restarts where fault.area != .shutdown: #expect(result.code != nil)
    default: break
    }
  }

  private static func source(_ path: String) -> String {
    Paths.normalized(Paths.join(Paths.directory(of: #filePath), "../../Sources", path))
  }

  @Test func `the choice for a quick drill has faults of every area, each once`() {
    #expect(Set(Fault.representatives.map(\.area)) == Set(Fault.Area.allCases))
    #expect(Set(Fault.representatives).count == Fault.representatives.count)
  }

  @Test func `every area has faults`() {
    #expect(Set(Fault.all.map(\.area)) == Set(Fault.Area.allCases))
  }
}
