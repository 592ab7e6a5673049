/// The page that shows what was foreseen and what came.
struct Report {
  var models: [Model]
  var predictions: [Prediction]
  var scores: [Score]

  var html: String {
    """
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Forecast of the daily mean temperature</title>
    <style>
    body { font: 16px/1.5 system-ui, sans-serif; max-width: 960px; margin: 2rem auto; padding: 0 1rem; color: #1c2733; }
    h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2rem; }
    table { border-collapse: collapse; } th, td { padding: .3rem .9rem; border-bottom: 1px solid #d5dde5; text-align: right; }
    th:first-child, td:first-child { text-align: left; }
    svg { width: 100%; height: auto; } .note { color: #566473; }
    .actual { stroke: #1c2733; } .predicted { stroke: #d1495b; } line { stroke: #d5dde5; } text { font-size: 11px; fill: #566473; }
    polyline { fill: none; stroke-width: 1.4; } .swatch { display: inline-block; width: 1.6em; border-top: 3px solid; vertical-align: middle; }
    </style>
    </head>
    <body>
    <h1>Tomorrow's mean temperature, foreseen</h1>
    <p class="note">A linear model of the days before and the season, fitted until \(models.first?.trainedUntil ?? "-"), scored on the
    days after it. Persistence says that tomorrow will be as today. Skill is the part of persistence's error that the model
    avoids; below zero it is worse. This year's readings are smooth from day to day, far smoother than weather usually is, so both
    errors are small.</p>
    <table>
    <tr><th>Station</th><th>Days</th><th>Model's error</th><th>Persistence's error</th><th>Skill</th></tr>
    \(scores.map(row).joined(separator: "\n"))
    </table>
    <p class="note">Errors are mean absolute errors in degrees Celsius.</p>
    \(scores.map { chart(of: $0.station) }.joined(separator: "\n"))
    </body>
    </html>

    """
  }

  private func row(_ score: Score) -> String {
    "<tr><td>\(escaped(score.station))</td><td>\(score.days)</td><td>\(score.modelError)</td>"
      + "<td>\(score.persistenceError)</td><td>\(score.skill)</td></tr>"
  }

  /// Both curves of one station over the days that were scored.
  private func chart(of station: String) -> String {
    let days = predictions.filter { $0.station == station }.sorted { $0.date < $1.date }
    guard let first = days.first, let last = days.last, days.count > 1 else { return "" }
    let values = days.flatMap { [$0.actual, $0.predicted] }
    let low = values.reduce(.infinity, min).rounded(.down)
    let high = max(values.reduce(-.infinity, max).rounded(.up), low + 1)
    let (width, height, margin) = (900.0, 260.0, 34.0)
    func x(_ index: Int) -> Double {
      margin + Double(index) / Double(days.count - 1) * (width - 2 * margin)
    }
    func y(_ value: Double) -> Double {
      height - margin - (value - low) / (high - low) * (height - 2 * margin)
    }
    func curve(_ value: KeyPath<Prediction, Double>, _ style: String) -> String {
      let points = days.enumerated().map {
        "\(tenth(x($0.offset))),\(tenth(y($0.element[keyPath: value])))"
      }
      return "<polyline class=\"\(style)\" points=\"\(points.joined(separator: " "))\"/>"
    }
    let ticks = stride(from: low, through: high, by: max(1, ((high - low) / 5).rounded())).map {
      value in
      "<line x1=\"\(margin)\" x2=\"\(width - margin)\" y1=\"\(tenth(y(value)))\" y2=\"\(tenth(y(value)))\"/>"
        + "<text x=\"\(margin - 6)\" y=\"\(tenth(y(value) + 4))\" text-anchor=\"end\">\(Int(value))°</text>"
    }
    return """
      <h2>\(escaped(station))</h2>
      <svg viewBox="0 0 \(Int(width)) \(Int(height))" role="img" aria-label="Predicted and actual daily means of \(escaped(station))">
      \(ticks.joined(separator: "\n"))
      \(curve(\.actual, "actual"))
      \(curve(\.predicted, "predicted"))
      <text x="\(margin)" y="\(height - 10)">\(first.date)</text>
      <text x="\(width - margin)" y="\(height - 10)" text-anchor="end">\(last.date)</text>
      </svg>
      <p class="note"><span class="swatch" style="color:#1c2733"></span> what came
      <span class="swatch" style="color:#d1495b"></span> what was foreseen the day before</p>
      """
  }

  private func tenth(_ value: Double) -> Double { (value * 10).rounded() / 10 }

  private func escaped(_ text: String) -> String {
    text.reduce(into: "") { result, character in
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      default: result.append(character)
      }
    }
  }
}
