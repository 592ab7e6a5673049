extension String {
  /// The text with every character that would work a terminal made visible; line breaks stay.
  ///
  /// What a location or a caller says must not move the cursor, change colours, set the title, ring,
  /// or turn the direction of text on the reader's terminal. A tab becomes two blanks, and anything
  /// else that is hidden its number: `\u{1b}`. All text for people goes through here.
  package var visible: String {
    guard hasHiddenScalar else { return self }
    var result = ""
    for scalar in unicodeScalars {
      if scalar == "\t" {
        result += "  "
      } else if scalar.isHidden, scalar != "\n" {
        result += "\\u{\(String(scalar.value, radix: 16))}"
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// The text in one line, with every character that would work a terminal made visible.
  package var visibleLine: String {
    split(omittingEmptySubsequences: true, whereSeparator: \.isNewline)
      .joined(separator: " ").visible
  }

  private var hasHiddenScalar: Bool {
    // Nearly everything is printable ASCII.
    if utf8.allSatisfy({ 0x20 <= $0 && $0 < 0x7F }) { return false }
    return unicodeScalars.contains(where: \.isHidden)
  }
}

extension Unicode.Scalar {
  /// Whether a terminal obeys it instead of showing it.
  ///
  /// The control characters (C0, delete, C1), those that turn the direction of text (Unicode Standard
  /// Annex 9), and the separators of lines and paragraphs.
  package var isHidden: Bool {
    switch value {
    case 0..<0x20, 0x7F..<0xA0, 0x061C, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069: true
    default: false
    }
  }

  /// The number as the Unicode Standard writes it: `001B`.
  package var fourDigits: String {
    let digits = String(value, radix: 16, uppercase: true)
    return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }
}
