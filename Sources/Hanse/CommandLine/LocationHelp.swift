import HanseModel

/// What a location's program says about itself.
package enum LocationHelp {
  package static func introduction(program: String, assets: Int, checks: Int) -> String {
    """
    \(program) is a Hanse code location: it defines \(counted(assets, "asset")) \
    and \(counted(checks, "check")).

    A host runs it; put it into workspace.json and use "hanse dev". Without a host:

      \(program) describe             what it defines
      \(program) materialize "*"      make all of it, here and now
      \(program) --help               all the commands
    """
  }

  package static func help(program: String) -> String {
    """
    usage: \(program) COMMAND

      serve                     speak Hanse's protocol on standard input and output (for a host)
      describe [--json]         say what this location defines
      materialize SELECTION     make assets in this process, without a host
        --partition KEY           the partition to make
        --config JSON|@FILE       configuration, by asset key or operation
        --storage DIR             where values are kept (.hanse/values)
      --help                    this text
      --version                 the version of the library it is built with

    A selection is an asset's key, a pattern such as "climate/*", or an expression: +x is x with
    all that it is made from, x+ with all that is made from it; and, or, not, parentheses.

    Exit status: 0 good, 1 something failed, 2 wrong usage.
    """
  }

  package static func counted(_ count: Int, _ noun: String) -> String {
    count.counted(noun)
  }
}
