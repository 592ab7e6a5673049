/// Faults of those who take what others need: memory, disk, descriptors, logs.
package enum MemoryFault: String, Hashable, Sendable, CaseIterable {
  case allocate = "allocate"
  case errorFlood = "error-flood"
  case errorLine = "error-line"
  case errorBinary = "error-binary"
  case descriptorLeak = "descriptor-leak"
  case fillDisk = "fill-disk"

  var entry: FaultEntry {
    switch self {
    case .allocate:
      FaultEntry(
        "C12",
        "it takes memory up to a bound of its own (1 GiB; at most 2) and lets it go",
        must: "the step succeeds where the memory is there; the host keeps its own",
        not: "the host's memory grows",
        .none
      )
    case .errorFlood:
      FaultEntry(
        "P25",
        "it writes lines to standard error as fast as it can, 256 MiB of them (at most 1 GiB)",
        must: "the compute log keeps a bounded part, and the step succeeds",
        not: "the disk fills, or others wait for the log",
        .none
      )
    case .errorLine:
      FaultEntry(
        "P26",
        "it writes 64 MiB to standard error without a newline",
        must: "the line is cut, and the step succeeds",
        not: "the host keeps the line in memory",
        .none
      )
    case .errorBinary:
      FaultEntry(
        "P26",
        "it writes terminal escapes, zero bytes and bytes that are not UTF-8 to standard error",
        must: "the compute log shows them escaped",
        not: "a terminal obeys them",
        .none
      )
    case .descriptorLeak:
      FaultEntry(
        "C23",
        "it opens files until it may not open any more",
        must: "its own code gets the error, and the step succeeds when they are closed",
        not: "the host runs short of descriptors",
        .none
      )
    case .fillDisk:
      FaultEntry(
        "X09",
        "it writes 256 MiB to files in its own directory, and removes them",
        must: "the step succeeds",
        not: "the event log waits for its writing",
        .none
      )
    }
  }
}
