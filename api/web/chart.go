package web

import (
	"fmt"
	"html"
	"html/template"
	"math"
	"strings"
)

// Point is one place of a line: a value with its interval, and how many answers it stands for. Without answers the line has a gap.
type Point struct {
	Label            string
	Value, Low, High float64
	N                int
}

// The size of a line chart and the room for its scale, in units of its view box.
const (
	lineWidth, lineHeight         = 640.0, 200.0
	lineLeft, lineBottom, lineTop = 40.0, 22.0, 10.0
)

// Line draws values over time on a scale from low to high, with the intervals as a band. It is a figure of its own: every point says its
// label, value, interval and count when pointed at, and the whole has a text for who cannot see it.
func Line(title string, low, high float64, decimals int, points []Point) template.HTML {
	var b strings.Builder
	x := func(i int) float64 {
		if len(points) == 1 {
			return (lineLeft + lineWidth) / 2
		}
		return lineLeft + (lineWidth-lineLeft-10)*float64(i)/float64(len(points)-1)
	}
	y := func(v float64) float64 {
		return lineTop + (lineHeight-lineTop-lineBottom)*(high-min(max(v, low), high))/(high-low)
	}
	fmt.Fprintf(&b, `<svg class="line" viewBox="0 0 %g %g" role="img" aria-label="%s">`, lineWidth, lineHeight, html.EscapeString(title+": "+spoken(points, decimals)))
	for i := range 5 {
		v := low + (high-low)*float64(i)/4
		class := "grid"
		if v == 0 {
			class = "grid zero"
		}
		fmt.Fprintf(&b, `<line class="%s" x1="%g" x2="%g" y1="%.1f" y2="%.1f"/><text class="tick" x="%g" y="%.1f" text-anchor="end">%s</text>`,
			class, lineLeft, lineWidth-10, y(v), y(v), lineLeft-6, y(v)+4, Fixed(scaleDecimals(high-low), v))
	}
	for _, run := range runs(points) {
		var up, down, line strings.Builder
		for i := run[0]; i < run[1]; i++ {
			p := points[i]
			fmt.Fprintf(&up, "%.1f,%.1f ", x(i), y(p.High))
			fmt.Fprintf(&line, "%.1f,%.1f ", x(i), y(p.Value))
			j := run[1] - 1 - (i - run[0])
			fmt.Fprintf(&down, "%.1f,%.1f ", x(j), y(points[j].Low))
		}
		fmt.Fprintf(&b, `<polygon class="band" points="%s%s"/><polyline class="value" points="%s"/>`, up.String(), down.String(), line.String())
	}
	every := max(1, (len(points)+7)/8)
	for i, p := range points {
		if i%every == 0 {
			anchor := "middle"
			if x(i) > lineWidth-30 {
				anchor = "end"
			}
			fmt.Fprintf(&b, `<text class="tick" x="%.1f" y="%g" text-anchor="%s">%s</text>`, x(i), lineHeight-5, anchor, html.EscapeString(p.Label))
		}
		if p.N > 0 {
			fmt.Fprintf(&b, `<circle class="dot" cx="%.1f" cy="%.1f" r="4"><title>%s: %s (%s to %s), n = %s</title></circle>`,
				x(i), y(p.Value), html.EscapeString(p.Label), Fixed(decimals, p.Value), Fixed(decimals, p.Low), Fixed(decimals, p.High), Count(p.N))
		}
	}
	b.WriteString("</svg>")
	return template.HTML(b.String()) //nolint:gosec // numbers, and labels that were escaped
}

// scaleDecimals gives the decimals that the ticks of a scale need.
func scaleDecimals(span float64) int {
	switch {
	case span >= 8:
		return 0
	case span >= 1:
		return 1
	}
	return 2
}

// spoken tells a series in words.
func spoken(points []Point, decimals int) string {
	var b strings.Builder
	for _, p := range points {
		if p.N > 0 {
			fmt.Fprintf(&b, "%s %s; ", p.Label, Fixed(decimals, p.Value))
		}
	}
	if b.Len() == 0 {
		return "no answers"
	}
	return strings.TrimSuffix(b.String(), "; ")
}

// runs gives the stretches of points that have answers, as half-open pairs.
func runs(points []Point) [][2]int {
	var out [][2]int
	for i, p := range points {
		switch n := len(out); {
		case p.N == 0:
		case n > 0 && out[n-1][1] == i:
			out[n-1][1]++
		default:
			out = append(out, [2]int{i, i + 1})
		}
	}
	return out
}

// Spark draws values small and without a scale of its own, from low to high.
func Spark(title string, low, high float64, values []float64) template.HTML {
	const w, h = 96.0, 24.0
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="spark" viewBox="0 0 %g %g" width="%g" height="%g" role="img" aria-label="%s"><polyline points="`, w, h, w, h, html.EscapeString(title))
	for i, v := range values {
		fmt.Fprintf(&b, "%.1f,%.1f ", 2+(w-4)*float64(i)/math.Max(1, float64(len(values)-1)), 2+(h-4)*(high-min(max(v, low), high))/(high-low))
	}
	b.WriteString(`"/></svg>`)
	return template.HTML(b.String()) //nolint:gosec // numbers, and a title that was escaped
}

// Split draws how many of a whole are bad, even and good.
func Split(bad, even, good int) template.HTML {
	const w, h = 120.0, 10.0
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="split" viewBox="0 0 %g %g" width="%g" height="%g" role="img" aria-label="%d negative, %d neutral, %d positive"><title>%d negative, %d neutral, %d positive</title>`,
		w, h, w, h, bad, even, good, bad, even, good)
	at, all := 0.0, math.Max(1, float64(bad+even+good))
	for _, part := range []struct {
		class string
		n     int
	}{{"bad", bad}, {"even", even}, {"good", good}} {
		width := w * float64(part.n) / all
		fmt.Fprintf(&b, `<rect class="%s" x="%.2f" width="%.2f" height="%g"/>`, part.class, at, width, h)
		at += width
	}
	b.WriteString("</svg>")
	return template.HTML(b.String()) //nolint:gosec // numbers alone
}

// Balance draws a value to the left or right of a middle; full is the end of either side.
func Balance(full, v float64) template.HTML {
	const w, h = 160.0, 12.0
	width := min(math.Abs(v)/full, 1) * w / 2
	x, class := w/2, "good"
	if v < 0 {
		x, class = w/2-width, "bad"
	}
	return template.HTML(fmt.Sprintf(`<svg class="balance" viewBox="0 0 %g %g" width="%g" height="%g" aria-hidden="true"><rect class="%s" x="%.2f" width="%.2f" height="%g"/><line x1="%g" x2="%g" y1="0" y2="%g"/></svg>`,
		w, h, w, h, class, x, width, h, w/2, w/2, h)) //nolint:gosec // numbers alone
}

// Meter draws a share in [0, 1] in a colour of the style sheet.
func Meter(class string, share float64) template.HTML {
	const w, h = 120.0, 10.0
	return template.HTML(fmt.Sprintf(`<svg class="meter" viewBox="0 0 %g %g" width="%g" height="%g" aria-hidden="true"><rect class="ground" width="%g" height="%g"/><rect class="%s" width="%.2f" height="%g"/></svg>`,
		w, h, w, h, w, h, html.EscapeString(class), w*min(max(share, 0), 1), h)) //nolint:gosec // numbers, and a class that was escaped
}
