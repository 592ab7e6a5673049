// A team writes `import Hanse` and has the domain's values with it: keys, metadata, retry policies,
// check results.
@_exported public import HanseModel
