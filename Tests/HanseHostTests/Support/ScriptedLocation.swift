/// A location in a few lines of shell, for faults that the library does not let a team commit.
///
/// Its asset `NAME/one` is retried once. The first attempt commits `FAULT`, unless the file `MARK`
/// exists; with `ALWAYS` set, every attempt does. `MEMBERS` are more members of the asset, each with a
/// comma behind it.
enum ScriptedLocation {
  static let text = #"""
    seq=0
    say() {
      seq=$((seq + 1))
      printf '{"jsonrpc":"2.0","seq":%d,%s}\n' "$seq" "$1"
    }
    event() { say "\"method\":\"step/event\",\"params\":{$attempt,\"event\":$1}"; }
    fault() {
      case $FAULT in
        garbage) echo 'Segmentation imminent' ;;
        not-utf8) printf '\377\376\n' ;;
        batch) echo '[{"jsonrpc":"2.0"}]' ;;
        gap) seq=$((seq + 5)); say '"method":"log","params":{"level":"info","message":"gap"}' ;;
        huge) head -c 9000000 /dev/zero | tr '\0' x; exec sleep infinity ;;
        half) printf '{"jsonrpc":"2.0","seq":'; exit 0 ;;
        half-and-stay) printf '{"jsonrpc":"2.0","seq":'; exec >&-; exec sleep infinity >&2 ;;
        silent) exec sleep infinity >&2 ;;
        no-input) exec <&-; exec sleep infinity ;;
        deaf) exec sleep infinity ;;
        stopped) kill -STOP $$ ;;
        unasked)
          say '"id":4711,"result":{"status":"succeeded"}'
          say "\"id\":$id,\"result\":{\"status\":\"succeeded\"}"
          say '"id":null,"error":{"code":-32700,"message":"what?"}' ;;
        unknown)
          say '"method":"weather/changed","params":{"to":"rain"}'
          say '"id":9,"method":"secrets/read","params":{}'
          event '{"kind":"dreamt","data":{"of":"sheep"}}' ;;
        malformed)
          say '"method":"step/event","params":{"event":7}'
          say '"method":"log","params":{"level":"loud","message":"\u001b[2J"}' ;;
        odd-answer) say "\"id\":$id,\"result\":{\"status\":\"some\u001bwhat\"}" ;;
        grandchild) sleep infinity & echo "grandchild $!" >&2; exit 3 ;;
        status) echo 'no database at db:5432' >&2; exit 4 ;;
        signal) kill -SEGV $$ ;;
        stderr)
          yes 'a line of some length, as logs have them, over and over' | head -c "${BYTES:-20000000}" >&2 ;;
        speaks) echo "before the end of $id" >&2 ;;
        no-report) reported=yes ;;
        foreign) event '{"kind":"materialized","data":{"asset":"somebody/elses"}}' ;;
        past)
          present=$attempt
          attempt=$(printf %s "$present" | sed 's/"attempt":1/"attempt":7/')
          event '{"kind":"logged","data":{"level":"info","message":"from the past"}}'
          attempt=$present ;;
        logs)
          # In one program: the shell itself is too slow for a flood.
          ATTEMPT=$attempt awk -v first="$seq" 'BEGIN {
            for (i = 1; i <= 12000; i++) printf "{\"jsonrpc\":\"2.0\",\"seq\":%d,\"method\":\"step/event\",\"params\":{%s,\"event\":{\"kind\":\"logged\",\"data\":{\"level\":\"info\",\"message\":\"line\"}}}}\n", first + i, ENVIRON["ATTEMPT"]
          }'
          seq=$((seq + 12000)) ;;
      esac
    }
    while IFS= read -r line; do
      id=${line#*\"id\":}
      id=${id%%[,\}]*}
      case $line in
        *'"method":"initialize"'*)
          if [ "$FAULT" = refuse-handshake ]; then
            say "\"id\":$id,\"error\":{\"code\":-32001,\"message\":\"no license\\u001b[2J\"}"
            continue
          fi
          say "\"id\":$id,\"result\":{\"protocolVersion\":${VERSION:-1},\"library\":{\"name\":\"sh\",\"version\":\"1\"}}" ;;
        *'"method":"definitions"'*)
          if [ "$FAULT" = refuse-definitions ]; then
            say "\"id\":$id,\"error\":{\"code\":-32603,\"message\":\"no catalog\"}"
            continue
          fi
          if [ "$FAULT" = pages ]; then
            # Pages of 50,000 bytes without end; each is noted with the process.
            : "${long:=$(head -c 50000 /dev/zero | tr '\0' x)}"
            echo "$$" >>"$MARK"
            say "\"id\":$id,\"result\":{\"assets\":[{\"key\":\"$NAME/p$seq\",\"description\":\"$long\"}],\"nextCursor\":\"$seq\"}"
            continue
          fi
          if [ "$FAULT" = last-words ]; then
            long=$(head -c 50000 /dev/zero | tr '\0' x)
            say "\"id\":$id,\"result\":{\"assets\":[{\"key\":\"$NAME/one\",\"description\":\"$long\"}]}"
            exit 9
          fi
          say "\"id\":$id,\"result\":{\"assets\":[{\"key\":\"$NAME/one\",$MEMBERS\"retry\":{\"maxRetries\":1}}]}" ;;
        *'"method":"step/execute"'*)
          attempt=${line#*\"params\":\{}
          attempt=${attempt%%,\"assets\"*}
          reported=
          if [ "$FAULT" = refuse-step ]; then
            say "\"id\":$id,\"error\":{\"code\":-32600,\"message\":\"not on Sundays\"}"
            continue
          fi
          if [ -n "$ALWAYS" ] || [ ! -e "$MARK" ]; then
            : >"$MARK"
            fault
          fi
          [ -n "$reported" ] || event "{\"kind\":\"materialized\",\"data\":{\"asset\":\"$NAME/one\"}}"
          say "\"id\":$id,\"result\":{\"status\":\"succeeded\"}" ;;
        *'"method":"ping"'*) say "\"id\":$id,\"result\":{}" ;;
        *'"method":"shutdown"'*) say "\"id\":$id,\"result\":{}"; exit 0 ;;
      esac
    done

    """#
}
