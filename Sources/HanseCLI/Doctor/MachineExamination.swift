import HanseSystem

/// Looks at this machine and this program.
enum MachineExamination {
  private static let littleBytes: Int64 = 1 << 30
  private static let tooLittleBytes: Int64 = 64 << 20
  /// Three pipes, a pidfd and what opening them needs, for each location.
  private static let descriptorsPerLocation: UInt64 = 8
  private static let ownDescriptors: UInt64 = 64

  static func program() -> Finding {
    .ok(DoctorMessages.program, DoctorMessages.version(Tool.version))
  }

  static func diskSpace(for path: String) -> Finding {
    // A folder that is not there yet is as full as the one it will be in.
    var place = path
    while !Files.exists(place), place != "/" { place = Paths.directory(of: place) }
    do throws(SystemError) {
      let free = try Files.freeBytes(place)
      let message = DoctorMessages.free(TimeText.bytes(free), place)
      if free < tooLittleBytes {
        return .error(DoctorMessages.disk, message, fix: DoctorMessages.makeRoom)
      }
      return free < littleBytes
        ? .warning(DoctorMessages.disk, message, fix: DoctorMessages.makeRoom)
        : .ok(DoctorMessages.disk, message)
    } catch {
      return .warning(DoctorMessages.disk, "\(error)", fix: DoctorMessages.makeReadable)
    }
  }

  static func openFiles(locations: Int) -> Finding {
    let needed = ownDescriptors + UInt64(locations) * descriptorsPerLocation
    do throws(SystemError) {
      let (soft, _) = try SelfProcess.openFileLimit()
      let message = DoctorMessages.openFiles(soft, needed: needed)
      if soft < needed {
        return .error(DoctorMessages.files, message, fix: DoctorMessages.raiseLimit(needed))
      }
      return .ok(DoctorMessages.files, message)
    } catch {
      return .warning(DoctorMessages.files, "\(error)", fix: DoctorMessages.raiseLimit(needed))
    }
  }

  static func graphviz(_ environment: [String: String]) -> Finding {
    guard Graphviz.find(in: environment) != nil else {
      return .warning(
        DoctorMessages.graphviz,
        DoctorMessages.noGraphviz,
        fix: DoctorMessages.installGraphviz
      )
    }
    do {
      return .ok(DoctorMessages.graphviz, try Graphviz.version(environment: environment))
    } catch {
      return .warning(DoctorMessages.graphviz, "\(error)", fix: DoctorMessages.installGraphviz)
    }
  }
}
