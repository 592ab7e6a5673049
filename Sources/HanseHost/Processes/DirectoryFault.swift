import HanseSystem

/// Why a process could not enter its working directory, and what a person can do about it.
struct DirectoryFault: Hashable {
  var words: String

  /// Explains what the kernel said; nil when it was not the directory that the start failed at.
  init?(_ error: SystemError, directory: String) {
    guard ChildProcess.isRefusal(ofDirectory: directory, error) else { return nil }
    words =
      if error.isNotFound {
        "there is no directory \"\(directory)\"; make it, or correct the path"
      } else if error.isPermission {
        "\"\(directory)\" may not be entered: \(error.reason); let this user into it, or correct the "
          + "path"
      } else {
        "\"\(directory)\" cannot be entered: \(error.reason) (\(error.symbol)); correct the path"
      }
  }
}
