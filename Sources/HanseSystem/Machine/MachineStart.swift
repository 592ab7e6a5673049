/// The start of the machine: for as long as it runs, its monotonic clock goes on over all processes.
package enum MachineStart {
  /// Names this start and no other; nil where the kernel does not say.
  package static func identifier() -> String? {
    do throws(SystemError) {
      let bytes = try Files.read("/proc/sys/kernel/random/boot_id", limitBytes: 128)
      let text = String(decoding: bytes, as: UTF8.self).filter { $0 != "\n" }
      return text.isEmpty ? nil : text
    } catch {
      return nil
    }
  }
}
