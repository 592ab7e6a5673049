import HanseModel

/// The members of a location's entry.
enum LocationDescription {
  static let entry = ObjectDescription<LocationEntry>(
    LocationEntry(),
    program + behaviour + policies,
    check: checkExecutable
  )

  private static let program: [MemberDescription<LocationEntry>] = [
    MemberDescription(
      "name",
      \.name,
      Format<String>.name.map({ LocationName($0) }, { $0.text }),
      isRequired: true,
      "What everything calls the location."
    ),
    MemberDescription(
      "executable",
      \.executable,
      .nonEmpty("a path, or the name of a program in PATH"),
      isRequired: true,
      "The program to run, from the directory of workspace.json."
    ),
    MemberDescription(
      "executableFromPath",
      \.executableFromPath,
      .boolean,
      "Whether \"executable\" is a bare name to be found in PATH."
    ),
    MemberDescription(
      "arguments",
      \.arguments,
      .list(of: .string, "an array of strings"),
      "What the program is given on its command line."
    ),
    MemberDescription(
      "workingDirectory",
      \.workingDirectory,
      .path,
      showsDefault: false,
      "Where the program runs; the directory of workspace.json if left out."
    ),
    MemberDescription(
      "environment",
      \.environment,
      .environment,
      "What the program gets beside PATH, HOME, LANG and TZ."
    ),
    MemberDescription(
      "sha256",
      \.sha256,
      Format<String>.sha256.orNull,
      "The digest that the program must have to be run."
    ),
  ]

  private static let behaviour: [MemberDescription<LocationEntry>] = [
    MemberDescription("labels", \.labels, .labels, "Free words to select locations by."),
    MemberDescription(
      "owns",
      \.owns,
      .list(of: .keyPattern, "an array of patterns of asset keys such as [\"observatory/*\"]"),
      "The asset keys that no other location may define."
    ),
    MemberDescription("enabled", \.enabled, .boolean, "Whether the location is run at all."),
    MemberDescription(
      "watch",
      \.watch,
      .boolean,
      "Whether a new program is taken into use as soon as it is there."
    ),
    MemberDescription(
      "isolation",
      \.isolation,
      .choice,
      "\"run\" gives each run a worker process of its own; else all share the location's process."
    ),
    MemberDescription("queue", \.queue, .name, "The queue of runs that name none."),
    MemberDescription("weight", \.weight, .weight, "Its share beside other locations."),
  ]

  private static let policies: [MemberDescription<LocationEntry>] = [
    MemberDescription(
      "limits",
      \.limits,
      LimitsDescription.limits.format,
      "What the location may use."
    ),
    MemberDescription(
      "sandbox",
      \.sandbox,
      .sandbox,
      "What the location may reach of the file system and the network; everything if left out."
    ),
    MemberDescription(
      "timeouts",
      \.timeouts,
      PolicyDescriptions.timeouts.format,
      "How long the location may take."
    ),
    MemberDescription(
      "restart",
      \.restart,
      PolicyDescriptions.restart.format,
      "When its program is started again after a crash."
    ),
    MemberDescription(
      "io",
      \.io,
      Format<IOEntry>.io.orNull,
      showsDefault: false,
      "Which I/O manager keeps its values; what the workspace says if left out."
    ),
  ]

  private static func checkExecutable(
    _ entry: LocationEntry,
    _ node: JSONCNode,
    _ validation: inout Validation
  ) {
    guard entry.executableFromPath, entry.executable.contains("/"),
      let executable = node.member("executable")?.value
    else { return }
    validation.inside("executable") {
      $0.report(
        executable,
        "expected a bare name, for \"executableFromPath\" is true, found "
          + "\($0.found(executable)); remove \"executableFromPath\" to run this very file"
      )
    }
  }
}
