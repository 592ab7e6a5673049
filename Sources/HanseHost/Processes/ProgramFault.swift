import HanseCore
import HanseSystem

/// Why the kernel did not run a program, and what a person can do about it.
struct ProgramFault: Hashable {
  var code: FaultCode
  var words: String

  /// Explains what the kernel said; nil when it was not the program that the start failed at.
  ///
  /// - Parameters:
  ///   - error: What starting it has failed with.
  ///   - program: The path of the program.
  ///   - machine: The number of the machine's architecture in ELF files.
  init?(
    _ error: SystemError,
    program: String,
    machine: Int? = ProgramHeader(path: "/proc/self/exe")?.machine
  ) {
    guard ChildProcess.isRefusal(of: program, error) else { return nil }
    let header = ProgramHeader(path: program)
    if error.isNotFound {
      self = Self.missing(program, header)
    } else if error.isPermission {
      code = .executableDenied
      words =
        "\"\(program)\" may not be run: \(error.reason); `chmod +x` it, and see that its file system "
        + "is not mounted \"noexec\""
    } else if error.isNotAProgram {
      code = .executableFormat
      words = Self.misfit(program, header, machine)
    } else {
      code = .spawn
      words =
        "\"\(program)\" cannot be run: \(error.reason) (\(error.symbol)); correct the path"
    }
  }

  private init(code: FaultCode, words: String) {
    self.code = code
    self.words = words
  }

  private static func missing(_ program: String, _ header: ProgramHeader?) -> ProgramFault {
    guard let header, let interpreter = header.interpreter else {
      return ProgramFault(
        code: .executableMissing,
        words: "there is no file \"\(program)\"; build it, or correct the path"
      )
    }
    let what =
      header.isScript
      ? "install it, or correct the first line of the script"
      : "the program was built for another system; build it on this one"
    return ProgramFault(
      code: .interpreter,
      words: "\"\(program)\" is run by \"\(interpreter)\", which is not there; \(what)"
    )
  }

  private static func misfit(
    _ program: String,
    _ header: ProgramHeader?,
    _ machine: Int?
  ) -> String {
    if let header, header.size == 0 {
      return "\"\(program)\" is empty; build it again"
    }
    guard let found = header?.machine, let machine, found != machine else {
      return
        "\"\(program)\" is not a program that this machine can run; name the built program, or "
        + "begin a script with \"#!\" and its interpreter"
    }
    return "\"\(program)\" is a program for \(ProgramHeader.name(of: found)), and this machine is "
      + "\(ProgramHeader.name(of: machine)); build it for this machine"
  }
}

/// What the beginning of a file says of how it is to be run.
struct ProgramHeader: Hashable {
  /// Of the file, as far as it was read.
  private(set) var size = 0
  private(set) var isScript = false
  /// What runs it: named by the first line of a script, or by a program that needs a loader.
  private(set) var interpreter: String?
  /// The architecture of an ELF program, by its number there.
  private(set) var machine: Int?

  private static let limitBytes = 64 << 10

  /// Reads a file; nil when it cannot be read.
  init?(path: String) {
    var bytes: [UInt8] = []
    do throws(SystemError) {
      _ = try Files.open(path, for: .reading).read(into: &bytes, upTo: Self.limitBytes)
    } catch {
      return nil
    }
    self.init(bytes)
  }

  init(_ bytes: [UInt8]) {
    size = bytes.count
    if bytes.starts(with: "#!".utf8) {
      isScript = true
      let line = bytes.dropFirst(2).prefix { $0 != UInt8(ascii: "\n") }
      let words = line.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
      interpreter = words.first.map { String(decoding: $0, as: UTF8.self) }
    } else if bytes.starts(with: [0x7F, 0x45, 0x4C, 0x46]), bytes.count >= 64 {
      readProgram(bytes)
    }
  }

  private mutating func readProgram(_ bytes: [UInt8]) {
    let isBigEndian = bytes[5] == 2
    func number(at offset: Int, width: Int) -> Int? {
      guard offset >= 0, offset <= bytes.count - width else { return nil }
      let field = bytes[offset..<offset + width]
      let ordered = isBigEndian ? Array(field) : field.reversed()
      let value = ordered.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      return value < 1 << 48 ? Int(value) : nil
    }
    machine = number(at: 18, width: 2)
    // Only 64-bit programs are looked at for their loader.
    guard bytes[4] == 2, let table = number(at: 32, width: 8),
      let entrySize = number(at: 54, width: 2), let count = number(at: 56, width: 2)
    else { return }
    for index in 0..<count {
      let start = table + index * entrySize
      guard number(at: start, width: 4) == 3, let offset = number(at: start + 8, width: 8),
        let length = number(at: start + 32, width: 8), offset + length <= bytes.count
      else { continue }
      let name = bytes[offset..<offset + length].prefix { $0 != 0 }
      interpreter = String(decoding: name, as: UTF8.self)
    }
  }

  static func name(of machine: Int) -> String {
    switch machine {
    case 3: "i386"
    case 40: "arm"
    case 62: "x86_64"
    case 183: "aarch64"
    case 243: "riscv"
    default: "machine \(machine)"
    }
  }
}
