import HanseGraph
import HanseModel
import Testing

struct SelectionConcernTests {
  @Test(arguments: [
    ("*", SelectionConcern.possible), ("a/x", .none), ("a/x or b/y", .none),
    ("a/*", .possible), ("pl/x", .named), ("pl/*", .named), ("plx/y", .possible),
    ("location:pl", .named), ("location:p*", .possible), ("location:other", .none),
    ("kind:model", .possible), ("tag:tier", .possible), ("owner:x or location:pl", .named),
    ("a/x+", .possible), ("+a/x", .possible), ("location:pl+", .named),
    ("location:other+1", .possible),
    ("location:pl and kind:model", .named), ("location:other and kind:model", .none),
    ("kind:model and group:core", .possible),
    ("not location:pl", .none), ("not location:other", .possible), ("not *", .none),
    ("not (location:pl or a/x)", .none), ("not (location:pl and kind:model)", .possible),
    ("not not location:pl", .possible), ("not kind:model", .possible),
    ("* and not location:pl", .none), ("* and not location:other", .possible),
    ("not (location:pl+)", .none), ("not not a/x", .none),
  ])
  func `a selection may mean, names or leaves out what an unknown location defines`(
    text: String,
    concern: SelectionConcern
  ) throws {
    #expect(try AssetSelection.parse(text).concern(with: "pl", beside: ["a/x", "b/y"]) == concern)
  }

  @Test(arguments: [
    ("pl/x", SelectionConcern.none), ("raw/x", .possible), ("pl/*", .possible),
    ("pl/y or pl/x", .named),
    ("location:pl or pl/x", .named),
  ])
  func `a key that another location defines is not asked of the unknown one`(
    text: String,
    concern: SelectionConcern
  ) throws {
    #expect(try AssetSelection.parse(text).concern(with: "pl", beside: ["pl/x"]) == concern)
  }
}
