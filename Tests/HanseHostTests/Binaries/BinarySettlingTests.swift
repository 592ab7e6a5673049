import HanseHost
import HanseModel
import Testing

struct BinarySettlingTests {
  private let settlingTime = Duration.milliseconds(250)
  private let one = FileIdentity(sizeBytes: 1, inode: 1, modifiedNanoseconds: 1)
  private let two = FileIdentity(sizeBytes: 2, inode: 1, modifiedNanoseconds: 2)

  private func at(_ milliseconds: Int) -> HostInstant {
    HostInstant(nanoseconds: Int64(milliseconds) * 1_000_000)
  }

  private func file(_ identity: FileIdentity, isBeingWritten: Bool? = false) -> BinaryLook {
    .file(identity, isBeingWritten: isBeingWritten)
  }

  @Test func `a file that has stayed the same for the settling time is read and reported`() {
    var settling = BinarySettling(settlingTime: settlingTime, running: "old")
    #expect(settling.handle(.noticed, at: at(0)) == [.look(at: at(0))])
    #expect(settling.handle(.looked(file(one)), at: at(0)) == [.look(at: at(250))])
    #expect(settling.handle(.looked(file(one)), at: at(250)) == [.digest(one)])
    #expect(
      settling.handle(.digested(one, "new"), at: at(260)) == [.report(.changed("new", one))]
    )
  }

  @Test func `a file that grows in pieces is read only once it no longer grows`() {
    var settling = BinarySettling(settlingTime: settlingTime)
    _ = settling.handle(.noticed, at: at(0))
    _ = settling.handle(.looked(file(one)), at: at(0))
    #expect(settling.handle(.looked(file(two)), at: at(250)) == [.look(at: at(500))])
    #expect(settling.handle(.looked(file(two)), at: at(400)) == [.look(at: at(500))])
    #expect(settling.handle(.looked(file(two)), at: at(500)) == [.digest(two)])
  }

  @Test func `a file that somebody has open for writing is waited for, however long it is still`() {
    var settling = BinarySettling(settlingTime: settlingTime)
    _ = settling.handle(.noticed, at: at(0))
    for time in stride(from: 0, to: 5000, by: 250) {
      #expect(
        settling.handle(.looked(file(one, isBeingWritten: true)), at: at(time))
          == [.look(at: at(time + 250))]
      )
    }
    _ = settling.handle(.looked(file(one)), at: at(5000))
    #expect(settling.handle(.looked(file(one)), at: at(5250)) == [.digest(one)])
  }

  @Test func `where nobody can know who writes, the settling time decides`() {
    var settling = BinarySettling(settlingTime: settlingTime)
    _ = settling.handle(.noticed, at: at(0))
    _ = settling.handle(.looked(file(one, isBeingWritten: nil)), at: at(0))
    #expect(
      settling.handle(.looked(file(one, isBeingWritten: nil)), at: at(250)) == [.digest(one)]
    )
  }

  @Test func `the program that runs already is no news, whatever the file's times say`() {
    var settling = BinarySettling(settlingTime: settlingTime, running: "same")
    _ = settling.handle(.noticed, at: at(0))
    _ = settling.handle(.looked(file(one)), at: at(0))
    _ = settling.handle(.looked(file(one)), at: at(250))
    #expect(settling.handle(.digested(one, "same"), at: at(250)).isEmpty)
  }

  @Test func `a file that looks as it did when it was read is not read again`() {
    var settling = BinarySettling(settlingTime: settlingTime)
    _ = settling.handle(.noticed, at: at(0))
    _ = settling.handle(.looked(file(one)), at: at(0))
    _ = settling.handle(.looked(file(one)), at: at(250))
    _ = settling.handle(.digested(one, "new"), at: at(250))
    #expect(settling.handle(.noticed, at: at(300)) == [.look(at: at(300))])
    #expect(settling.handle(.looked(file(one)), at: at(300)).isEmpty)
  }

  @Test func `a missing file is told once it has stayed missing, and its return is news`() {
    var settling = BinarySettling(settlingTime: settlingTime, running: "same")
    _ = settling.handle(.noticed, at: at(0))
    _ = settling.handle(.looked(.missing), at: at(0))
    #expect(settling.handle(.looked(.missing), at: at(250)) == [.report(.missing)])
    _ = settling.handle(.noticed, at: at(1000))
    _ = settling.handle(.looked(file(one)), at: at(1000))
    _ = settling.handle(.looked(file(one)), at: at(1250))
    #expect(
      settling.handle(.digested(one, "same"), at: at(1250)) == [.report(.changed("same", one))]
    )
  }

  @Test func `a file that is deleted and made again within the settling time was never missing`() {
    var settling = BinarySettling(settlingTime: settlingTime, running: "old")
    _ = settling.handle(.noticed, at: at(0))
    _ = settling.handle(.looked(.missing), at: at(0))
    #expect(settling.handle(.looked(file(two)), at: at(100)) == [.look(at: at(350))])
    #expect(settling.handle(.looked(file(two)), at: at(350)) == [.digest(two)])
  }

  @Test func `a digest of what has changed while it was read does not count`() {
    var settling = BinarySettling(settlingTime: settlingTime)
    _ = settling.handle(.noticed, at: at(0))
    _ = settling.handle(.looked(file(one)), at: at(0))
    _ = settling.handle(.looked(file(one)), at: at(250))
    #expect(settling.handle(.noticed, at: at(260)) == [.look(at: at(260))])
    #expect(settling.handle(.digested(one, "half"), at: at(270)).isEmpty)
    _ = settling.handle(.looked(file(two)), at: at(280))
    #expect(settling.handle(.looked(file(two)), at: at(530)) == [.digest(two)])
  }

  @Test func `a file that could not be read is looked at again`() {
    var settling = BinarySettling(settlingTime: settlingTime)
    _ = settling.handle(.noticed, at: at(0))
    _ = settling.handle(.looked(file(one)), at: at(0))
    _ = settling.handle(.looked(file(one)), at: at(250))
    #expect(
      settling.handle(.digestFailed(one, reason: "gone"), at: at(260)) == [.look(at: at(510))]
    )
  }
}
