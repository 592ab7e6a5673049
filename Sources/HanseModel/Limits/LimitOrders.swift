/// What people ordered of limits, as far as it still holds: a fold of the events that say so.
package struct LimitOrders: Hashable, Sendable {
  /// Those that say anything.
  package private(set) var orders: [LimitTarget: LimitOrder]
  /// Who ordered last what holds of a limit, and when.
  package private(set) var authors: [LimitTarget: Author] = [:]

  package struct Author: Hashable, Sendable {
    /// Nil where nobody can know it.
    package var principal: Principal?
    package var time: Timestamp
  }

  package init(_ orders: [LimitTarget: LimitOrder] = [:]) { self.orders = orders }

  package subscript(target: LimitTarget) -> LimitOrder {
    get { orders[target] ?? LimitOrder() }
    set {
      orders[target] = newValue.isEmpty ? nil : newValue
      if newValue.isEmpty { authors[target] = nil }
    }
  }

  /// Those that are paused and to be told of when nothing of them runs any more.
  package var draining: [LimitTarget] { orders.filter { $0.value.flow == .draining }.map(\.key) }

  /// Takes an event and when it was; most change nothing.
  package mutating func apply(_ payload: EventPayload, at time: Timestamp) {
    switch payload {
    case .limitsChanged(let change):
      self[change.target] = change.order
      if !change.order.isEmpty {
        authors[change.target] = Author(principal: change.by, time: time)
      }
    case .limitsDrained(let target): self[target].flow = .paused
    default: break
    }
  }
}

extension EventPayload {
  /// All that is ordered of one limit from now on; with nothing in it, the workspace file holds.
  public struct LimitChange: Hashable, Sendable {
    public var target: LimitTarget
    public var order: LimitOrder
    /// Who ordered it; nil where nobody can know it.
    public var by: Principal?

    public init(target: LimitTarget, order: LimitOrder, by: Principal? = nil) {
      self.target = target
      self.order = order
      self.by = by
    }
  }
}

extension EventPayload.LimitChange: JSONCodable {
  package func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("target", target)
    order.writeMembers(to: &json)
    json.member("by", by)
    json.endObject()
  }

  package init(from json: inout JSONReader) throws(JSONError) {
    var target: LimitTarget?
    var order = LimitOrder()
    var by: Principal?
    try json.object { name, json throws(JSONError) in
      if name == "target" {
        target = try json.value()
      } else if name == "by" {
        by = try json.optional()
      } else if try !order.read(name, from: &json) {
        try json.skip()
      }
    }
    self.init(target: try target.orMissing("target", at: json.offset), order: order, by: by)
  }
}
