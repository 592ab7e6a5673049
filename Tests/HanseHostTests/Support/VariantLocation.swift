import HanseHost
import HanseModel
import HanseSystem
import Testing

/// A location whose program can be replaced by another in a moment: the shell itself, a small
/// program that stands alone, with an end of its own.
///
/// The last line of the program's file is `#variant VERSION MODE`. It defines `NAME/ok`, `NAME/left`,
/// `NAME/versioned` with that code version, `NAME/only-in-VERSION` unless that is 1, and `STEPS`
/// assets `NAME/link0`, `NAME/link1` and so on, each after the one before it. The modes:
///
/// | mode | what happens |
/// |---|---|
/// | (none) | it serves properly |
/// | `early` | it says why on standard error and exits with status 3 at once |
/// | `signal` | it says why and ends by SIGSEGV at once |
/// | `mute` | it never answers anything |
/// | `dies` | it serves, and exits with status 9 when it is pinged and the bench has a file `doom` |
///
/// With `GATE` in its environment, `NAME/versioned` waits for a line from that pipe.
enum VariantLocation {
  static let text = #"""
    set -- $(tail -n 1 "/proc/$$/exe")
    version=$2
    mode=$3
    case $mode in
      early) echo 'no database at db:5432' >&2; exit 3 ;;
      signal) echo 'about to be ended' >&2; kill -SEGV $$ ;;
      mute) exec sleep infinity ;;
    esac
    seq=0
    say() {
      seq=$((seq + 1))
      printf '{"jsonrpc":"2.0","seq":%d,%s}\n' "$seq" "$1"
    }
    event() { say "\"method\":\"step/event\",\"params\":{$attempt,\"event\":$1}"; }
    assets() {
      printf '{"key":"%s/ok"},{"key":"%s/left"}' "$NAME" "$NAME"
      printf ',{"key":"%s/versioned","codeVersion":"%s"}' "$NAME" "$version"
      [ "$version" = 1 ] || printf ',{"key":"%s/only-in-%s"}' "$NAME" "$version"
      link=0
      before=
      while [ "$link" -lt "${STEPS:-0}" ]; do
        printf ',{"key":"%s/link%d","dependencies":[%s]}' "$NAME" "$link" "$before"
        before="{\"key\":\"$NAME/link$link\"}"
        link=$((link + 1))
      done
    }
    while IFS= read -r line; do
      id=${line#*\"id\":}
      id=${id%%[,\}]*}
      case $line in
        *'"method":"initialize"'*)
          say "\"id\":$id,\"result\":{\"protocolVersion\":1,\"library\":{\"name\":\"sh\",\"version\":\"$version\"}}" ;;
        *'"method":"definitions"'*) say "\"id\":$id,\"result\":{\"assets\":[$(assets)]}" ;;
        *'"method":"step/execute"'*)
          attempt=${line#*\"params\":\{}
          attempt=${attempt%%,\"assets\"*}
          asset=${line#*\"assets\":[\"}
          asset=${asset%%\"*}
          code=
          if [ "$asset" = "$NAME/versioned" ]; then
            code=",\"codeVersion\":\"$version\""
            if [ -n "$GATE" ]; then
              event '{"kind":"logged","data":{"level":"info","message":"at the gate"}}'
              read -r _ <"$GATE"
            fi
          fi
          event "{\"kind\":\"materialized\",\"data\":{\"asset\":\"$asset\"$code}}"
          say "\"id\":$id,\"result\":{\"status\":\"succeeded\"}" ;;
        *'"method":"ping"'*)
          if [ "$mode" = dies ] && [ -e "${0%/*}/doom" ]; then echo 'dying as it was told to' >&2; exit 9; fi
          say "\"id\":$id,\"result\":{}" ;;
        *'"method":"shutdown"'*) say "\"id\":$id,\"result\":{}"; exit 0 ;;
      esac
    done

    """#

  /// The program of a variant, such as `2` or `2 early`.
  static func bytes(of variant: String) throws -> [UInt8] {
    try Files.read("/bin/sh", limitBytes: 64 << 20) + Array("\n#variant \(variant)\n".utf8)
  }
}

extension Bench {
  /// A location whose program lies in the bench; see ``install(_:_:)``.
  func variant(
    _ name: String,
    environment: [String: String] = [:],
    members: String = ""
  ) throws -> String {
    try write("variant.sh", VariantLocation.text)
    var variables = ["NAME": name]
    variables.merge(environment) { _, new in new }
    let arguments = #""arguments":["\#(path("variant.sh"))"],"#
    return entry(name, path(name), arguments, variables, members)
  }

  /// Puts a program in the place of another, as a deployment does: written beside it, and renamed.
  ///
  /// - Parameters:
  ///   - name: The file in the bench.
  ///   - variant: Its version and mode.
  /// - Returns: Its digest.
  /// - Throws: When it cannot be written.
  @discardableResult
  func install(_ name: String, _ variant: String) throws -> BinaryDigest {
    let bytes = try VariantLocation.bytes(of: variant)
    let file = try Files.open(path("\(name).new"), for: .creating)
    try Files.setPermissions(of: file, 0o755)
    try file.writeAll(bytes)
    file.close()
    try Files.rename(path("\(name).new"), to: path(name))
    return BinaryDigest(SHA256.hash(bytes).hexadecimal)
  }
}
