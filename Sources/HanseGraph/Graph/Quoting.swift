/// A name in quotes for a message: on one line, and cut when it is very long.
///
/// Names come from locations and from users, and can hold anything.
func quoted(_ name: some CustomStringConvertible) -> String {
  let limit = 120
  let text = name.description
  var shown = ""
  for scalar in text.unicodeScalars.prefix(limit) {
    let isControl = scalar.properties.generalCategory == .control
    shown.unicodeScalars.append(isControl ? "\u{FFFD}" : scalar)
  }
  if text.unicodeScalars.count > limit { shown += "..." }
  return "\"\(shown)\""
}
