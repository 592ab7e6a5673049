import Foundation
import FoundationXML
import HanseFaults
import HanseModel
import Testing

@testable import HanseTesting

/// Reads XML as continuous integration does.
private final class XMLEvents: NSObject, XMLParserDelegate {
  private(set) var elements: [(name: String, attributes: [String: String])] = []

  func parser(
    _ parser: XMLParser,
    didStartElement name: String,
    namespaceURI: String?,
    qualifiedName: String?,
    attributes: [String: String]
  ) {
    elements.append((name, attributes))
  }

  /// The elements of a text; nil when it is not XML.
  static func parse(_ text: String) -> [(name: String, attributes: [String: String])]? {
    let parser = XMLParser(data: Data(text.utf8))
    let events = XMLEvents()
    parser.delegate = events
    return parser.parse() ? events.elements : nil
  }
}

@Suite struct DrillReportTests {
  @Test(arguments: [("/x/.build/release", "-c release "), ("/x/.build/debug", "")])
  func `a program that is missing is built as the one beside it was`(
    folder: String,
    options: String
  ) {
    let text = ChaosProgram.isMissing(from: folder)
    #expect(
      text == "there is no chaos-location in \(folder); build it with "
        + "`swift build \(options)--product chaos-location`"
    )
  }

  private static let odd = "<not> \"kept\" & \u{1B}[31mred\u{0}\nsecond line \u{FFFF}"

  private let report = DrillReport(
    quiet: LatencyFigures([1, 2, 3, 4]),
    results: [
      DrillResult(
        fault: .step(.crashInStep),
        checks: [DrillCheck("the step succeeds", true, "succeeded")],
        during: LatencyFigures([2, 2, 2]),
        after: LatencyFigures([]),
        memory: HostMemory(beforeBytes: 1, peakBytes: 3, afterBytes: 2)
      ),
      DrillResult(
        fault: .wire(.garbage),
        checks: [
          DrillCheck("the log says so", false, Self.odd), DrillCheck("it serves", true, ""),
        ],
        during: LatencyFigures([8]),
        after: LatencyFigures([1]),
        memory: HostMemory(beforeBytes: 1, peakBytes: 1, afterBytes: 1)
      ),
    ]
  )

  @Test func `the document of a drill reads as written down`() throws {
    let quiet =
      #"{"steps":4,"p50Milliseconds":2.0,"p99Milliseconds":4.0,"stepsPerSecond":400.0}"#
    let during =
      #"{"steps":3,"p50Milliseconds":2.0,"p99Milliseconds":2.0,"stepsPerSecond":500.0}"#
    let after =
      #"{"steps":0,"p50Milliseconds":0.0,"p99Milliseconds":0.0,"stepsPerSecond":0.0}"#
    let first =
      #"{"fault":"crash-in-step","area":"step","good":true,"during":\#(during),"after":\#(after),"#
      + #""hostMemory":{"beforeBytes":1,"peakBytes":3,"afterBytes":2},"#
      + #""checks":[{"promise":"the step succeeds","kept":true,"seen":"succeeded"}]}"#
    let text = report.json.text
    try JSONValidator.validate(Array(text.utf8))
    #expect(text.hasPrefix(#"{"good":false,"quiet":\#(quiet),"faults":[\#(first),"#), "\(text)")
  }

  @Test func `the JUnit report is XML, whatever was seen`() throws {
    let elements = try #require(XMLEvents.parse(report.junit), "\(report.junit)")
    #expect(elements.map(\.name) == ["testsuite", "testcase", "testcase", "failure"])
    #expect(
      elements[0].attributes == ["name": "hanse drill", "tests": "2", "failures": "1"]
    )
    #expect(elements[2].attributes == ["classname": "wire", "name": "garbage"])
    #expect(
      elements[3].attributes["message"]
        == "the log says so: <not> \"kept\" & \u{FFFD}[31mred\u{FFFD}\nsecond line \u{FFFD}"
    )
  }

  @Test func `p99 is a sample that one in a hundred is above`() {
    let hundred = LatencyFigures((1...100).map(Double.init))
    #expect(hundred.p50 == 50 && hundred.p99 == 99 && hundred.count == 100)
    let few = LatencyFigures([5, 1, 9])
    #expect(few.p50 == 5 && few.p99 == 9)
  }
}
