import FoundationEssentials
import Hanse

/// The team that forecasts tomorrow's mean temperature, and says honestly how well.
@main struct Forecast: CodeLocation {
  static let daily = External<[DailySummary]>("climate/daily")

  static let model = Asset("forecast/model", from: daily) { context, daily in
    let options = try context.config(ForecastOptions.self)
    let stations = Dictionary(grouping: daily, by: \.station).sorted { $0.key < $1.key }
    var models: [Model] = []
    for (index, (station, days)) in stations.enumerated() {
      context.progress(fraction: Double(index) / Double(stations.count), message: station)
      models.append(try Model(training: days, of: station, until: options.trainUntil))
    }
    context.addMetadata("rows", models.count)
    context.addMetadata("trained until", .text(options.trainUntil))
    return models
  }
  .description(
    "A linear model of tomorrow's mean for each station, fitted to the first part of the year"
  )
  .group("forecast")
  .owners("team:forecast")
  .kinds("model")
  .codeVersion("1")
  .config(ForecastOptions.self)

  static let predictions = Asset("forecast/predictions", from: model, daily) {
    context,
    models,
    daily in
    let predictions = models.flatMap { model in
      model.predictions(for: daily.filter { $0.station == model.station })
    }
    context.addMetadata("rows", predictions.count)
    return predictions
  }
  .description("Each day after the training: what was predicted the day before, and what came")
  .group("forecast")
  .owners("team:forecast")
  .kinds("table")
  .codeVersion("1")

  static let scores = Asset("forecast/scores", from: predictions) { context, predictions in
    let scores = Score.all(of: predictions)
    context.addMetadata("rows", scores.count)
    for score in scores {
      context.addMetadata("skill of \(score.station)", .number(score.skill))
    }
    return scores
  }
  .description(
    "The mean absolute error of the model beside that of persistence (tomorrow as today)"
  )
  .group("forecast")
  .owners("team:forecast")
  .kinds("table")
  .codeVersion("1")

  static let report = Asset("forecast/report", from: model, predictions, scores) {
    context,
    models,
    predictions,
    scores in
    let folder = try context.environment.require("REPORT_DIR")
    let page = Report(models: models, predictions: predictions, scores: scores).html
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let path = "\(folder)/forecast.html"
    try page.write(toFile: path, atomically: true, encoding: .utf8)
    context.addMetadata("report", .path(path))
    context.addMetadata("size", .bytes(page.utf8.count))
  }
  .description("A page with the scores and a chart, complete in one file")
  .group("forecast")
  .owners("team:forecast")
  .kinds("html")
  .codeVersion("1")

  var definitions: Definitions {
    Self.model
    Self.predictions
    Self.scores
    Self.report

    Check("beats_persistence", on: Self.scores, severity: .warning) { _, scores in
      let worse = scores.filter { $0.skill <= 0 }
      return worse.isEmpty
        ? .passed()
        : .failed("no better than persistence: \(worse.map(\.station).joined(separator: ", "))")
    }
    .description("A model that is no better than \"as today\" is not worth its keep")
  }
}

struct ForecastOptions: RunConfig, Codable, Sendable {
  /// The last day that the model may learn from; it is scored on the days after.
  var trainUntil = "2010-09-30"
}
