import Glibc

/// One day at one station, as the climate tables give it.
struct DailySummary: Codable, Hashable, Sendable {
  var station: String
  var date: String
  var mean: Double
}

/// What was foreseen for a day, the day before.
struct Prediction: Codable, Hashable, Sendable {
  var station: String
  var date: String
  var actual: Double
  var predicted: Double
  /// What "tomorrow as today" would have said.
  var persistence: Double
}

/// A day's mean as a linear function of the two days before, of the week before, and of the season.
struct Model: Codable, Hashable, Sendable {
  var station: String
  var trainedUntil: String
  /// How many days it was fitted to.
  var days: Int
  var coefficients: [Double]

  static let names = [
    "constant", "yesterday", "change before", "week's mean", "season (sine)", "season (cosine)",
  ]
  /// How many days a prediction looks back.
  static let lookBack = 7

  /// Fits the model to the days up to `last`, by least squares.
  init(training days: [DailySummary], of station: String, until last: String) throws(ModelError) {
    self.station = station
    trainedUntil = last
    let sorted = days.sorted { $0.date < $1.date }
    let rows = Self.rows(of: sorted).filter { sorted[$0.day].date <= last }
    self.days = rows.count
    guard rows.count > Self.names.count else {
      throw ModelError(
        "station \(station) has \(rows.count) days to learn from until \(last); "
          + "more than \(Self.names.count) are needed: choose a later trainUntil"
      )
    }
    // The normal equations; a little of the identity keeps them solvable when features coincide.
    let count = Self.names.count
    var matrix = Array(repeating: Array(repeating: 0.0, count: count + 1), count: count)
    for row in rows {
      let target = sorted[row.day].mean
      for i in 0..<count {
        for j in 0..<count { matrix[i][j] += row.features[i] * row.features[j] }
        matrix[i][count] += row.features[i] * target
      }
    }
    for i in 0..<count { matrix[i][i] += 1e-6 }
    coefficients = Self.solve(matrix)
  }

  /// Predicts each day after the training from the days before it.
  func predictions(for days: [DailySummary]) -> [Prediction] {
    let sorted = days.sorted { $0.date < $1.date }
    return Self.rows(of: sorted).filter { sorted[$0.day].date > trainedUntil }.map { row in
      let predicted = zip(coefficients, row.features).reduce(0) { $0 + $1.0 * $1.1 }
      return Prediction(
        station: station,
        date: sorted[row.day].date,
        actual: sorted[row.day].mean,
        predicted: (predicted * 100).rounded() / 100,
        persistence: sorted[row.day - 1].mean
      )
    }
  }

  private static func rows(of days: [DailySummary]) -> [(day: Int, features: [Double])] {
    days.indices.dropFirst(lookBack).map { day in
      let yesterday = days[day - 1].mean
      let week = days[(day - lookBack)..<day].reduce(0) { $0 + $1.mean } / Double(lookBack)
      let angle = 2 * Double.pi * Double(day) / 365.25
      return (
        day,
        [1, yesterday, yesterday - days[day - 2].mean, week, sin(angle), cos(angle)]
      )
    }
  }

  /// Solves a system of linear equations by elimination with pivots.
  private static func solve(_ equations: [[Double]]) -> [Double] {
    var rows = equations
    let count = rows.count
    for column in 0..<count {
      let pivot = (column..<count).max { abs(rows[$0][column]) < abs(rows[$1][column]) } ?? column
      rows.swapAt(column, pivot)
      for row in 0..<count where row != column {
        let factor = rows[row][column] / rows[column][column]
        for entry in column...count { rows[row][entry] -= factor * rows[column][entry] }
      }
    }
    return (0..<count).map { rows[$0][count] / rows[$0][$0] }
  }
}

struct ModelError: Error, Hashable, CustomStringConvertible {
  var description: String

  init(_ description: String) { self.description = description }
}

/// How well a station was forecast.
struct Score: Codable, Hashable, Sendable {
  var station: String
  var days: Int
  /// Mean absolute errors, in degrees Celsius.
  var modelError: Double
  var persistenceError: Double
  /// How much of persistence's error the model avoids: 1 is perfect, 0 no better, below 0 worse.
  var skill: Double

  static func all(of predictions: [Prediction]) -> [Score] {
    Dictionary(grouping: predictions, by: \.station).sorted { $0.key < $1.key }
      .map { station, days in
        func error(_ guess: KeyPath<Prediction, Double>) -> Double {
          days.reduce(0) { $0 + abs($1[keyPath: guess] - $1.actual) } / Double(days.count)
        }
        let (model, persistence) = (error(\.predicted), error(\.persistence))
        func rounded(_ value: Double) -> Double { (value * 1000).rounded() / 1000 }
        return Score(
          station: station,
          days: days.count,
          modelError: rounded(model),
          persistenceError: rounded(persistence),
          skill: persistence == 0 ? 0 : rounded(1 - model / persistence)
        )
      }
  }
}
