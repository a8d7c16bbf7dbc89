package intake

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/thau-cx/thau/feedback"
)

// The orders of the parts of a date with slashes.
type dateOrder uint8

const (
	dayFirst   dateOrder = iota // 31/01/2026, as Vietnam writes
	monthFirst                  // 01/31/2026
)

var (
	isoDate  = regexp.MustCompile(`^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]+(.+))?$`)
	dayDate  = regexp.MustCompile(`^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})(?:[, ]+(.+))?$`)
	timeDate = regexp.MustCompile(`^(\d{1,2}:\d{2}(?::\d{2})?)[, ]+(\d{1,2}[-/.]\d{1,2}[-/.]\d{4})$`)
	clock    = regexp.MustCompile(`(?i)^(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*([ap]\.?m\.?|sa|ch)?\s*(z|utc|gmt|[+-]\d{2}:?\d{2}|[+-]\d{2})?$`)
	epoch    = regexp.MustCompile(`^\d{9,10}(?:\.\d+)?$|^\d{12,13}$`)
)

// parseTime reads a time as systems and people write it: ISO 8601 in its looser forms, dates with the day or the month first, and
// seconds or milliseconds since 1970. What has no zone is in the given one.
func parseTime(s string, order dateOrder, zone *time.Location) (time.Time, bool) {
	s = strings.TrimSpace(s)
	if epoch.MatchString(s) {
		v, err := strconv.ParseFloat(s, 64)
		if err != nil {
			return time.Time{}, false
		}
		if !strings.Contains(s, ".") && len(s) >= 12 {
			return time.UnixMilli(int64(v)).UTC(), true
		}
		return time.UnixMilli(int64(math.Round(v * 1000))).UTC(), true
	}
	if m := timeDate.FindStringSubmatch(s); m != nil {
		s = m[2] + " " + m[1]
	}
	var year, month, day int
	var rest string
	if m := isoDate.FindStringSubmatch(s); m != nil {
		year, month, day, rest = atoi(m[1]), atoi(m[2]), atoi(m[3]), m[4]
	} else if m := dayDate.FindStringSubmatch(s); m != nil {
		day, month, year, rest = atoi(m[1]), atoi(m[2]), atoi(m[3]), m[4]
		if order == monthFirst && day <= 12 || month > 12 {
			day, month = month, day
		}
		if len(m[3]) == 2 {
			year += 2000
		}
	} else {
		return namedMonth(s, zone)
	}
	return assemble(year, month, day, rest, zone)
}

// assemble puts a date and its time of day together; a day that its month does not have is none.
func assemble(year, month, day int, rest string, zone *time.Location) (time.Time, bool) {
	var hour, minute, second, nano int
	if rest != "" {
		m := clock.FindStringSubmatch(strings.TrimSpace(rest))
		if m == nil {
			return time.Time{}, false
		}
		hour, minute, second = atoi(m[1]), atoi(m[2]), atoi(m[3])
		nano = atoi((m[4] + "000000000")[:9])
		switch half := strings.ToLower(strings.ReplaceAll(m[5], ".", "")); {
		case half == "":
		case hour < 1 || hour > 12:
			return time.Time{}, false
		case half == "pm" || half == "ch":
			hour = hour%12 + 12
		default:
			hour %= 12
		}
		var ok bool
		if zone, ok = offset(m[6], zone); !ok {
			return time.Time{}, false
		}
	}
	if month < 1 || month > 12 || hour > 23 || minute > 59 || second > 59 {
		return time.Time{}, false
	}
	at := time.Date(year, time.Month(month), day, hour, minute, second, nano, zone)
	return at, at.Day() == day
}

// offset reads a zone such as Z, +07 or +07:00; where there is none it is the given one.
func offset(s string, zone *time.Location) (*time.Location, bool) {
	switch strings.ToLower(s) {
	case "":
		return zone, true
	case "z", "utc", "gmt":
		return time.UTC, true
	}
	digits := strings.ReplaceAll(s[1:], ":", "")
	seconds := atoi(digits[:2]) * 3600
	if len(digits) == 4 {
		seconds += atoi(digits[2:]) * 60
	}
	if seconds > 15*3600 {
		return nil, false
	}
	if s[0] == '-' {
		seconds = -seconds
	}
	return time.FixedZone("", seconds), true
}

// namedMonth reads the dates with a month's English name that mail and reports have.
func namedMonth(s string, zone *time.Location) (time.Time, bool) {
	for _, layout := range []string{
		time.RFC1123Z, time.RFC1123, "2 Jan 2006", "2 January 2006", "Jan 2, 2006", "January 2, 2006", "2-Jan-2006",
		"2 Jan 2006 15:04:05", "2 Jan 2006 15:04", "Jan 2, 2006 15:04:05", "Jan 2, 2006 3:04 PM", "Jan 2, 2006, 3:04:05 PM",
	} {
		if at, err := time.ParseInLocation(layout, s, zone); err == nil {
			return at, true
		}
	}
	return time.Time{}, false
}

// atoi reads digits that a pattern has bounded.
func atoi(s string) int {
	n := 0
	for i := range len(s) {
		n = n*10 + int(s[i]-'0')
	}
	return n
}

// vote finds out from a column's values whether days or months come first: a number above 12 is no month.
func vote(values []string) dateOrder {
	days, months := 0, 0
	for _, v := range values {
		v = strings.TrimSpace(v)
		if m := timeDate.FindStringSubmatch(v); m != nil {
			v = m[2]
		}
		m := dayDate.FindStringSubmatch(v)
		if m == nil {
			continue
		}
		if atoi(m[1]) > 12 {
			days++
		}
		if atoi(m[2]) > 12 {
			months++
		}
	}
	if months > days {
		return monthFirst
	}
	return dayFirst
}

var plainNumber = regexp.MustCompile(`^[+-]?\d{1,12}(?:[.,]\d{1,6})?$`)

// number reads a number with a point or a comma.
func number(s string) (float64, bool) {
	s = strings.TrimSpace(s)
	if !plainNumber.MatchString(s) {
		return 0, false
	}
	v, err := strconv.ParseFloat(strings.Replace(s, ",", ".", 1), 64)
	return v, err == nil
}

var (
	outOf   = regexp.MustCompile(`^(\d{1,3}(?:[.,]\d{1,2})?)\s*(?:/|out of|trên)\s*(\d{1,3})$`)
	counted = regexp.MustCompile(`^(\d(?:[.,]\d{1,2})?)\s*(?:sao|stars?|★|⭐️?|điểm|points?)$`)
	drawn   = regexp.MustCompile(`^((?:★|⭐️?){1,5})☆{0,4}$`)
)

// goodOrBad are the answers to a question of two: whether it was good.
var goodOrBad = map[string]float64{
	"good": 1, "satisfied": 1, "happy": 1, "tốt": 1, "hài lòng": 1, "thỏa mãn": 1, "thoả mãn": 1,
	"bad": 0, "unsatisfied": 0, "dissatisfied": 0, "not satisfied": 0, "unhappy": 0, "tồi": 0, "tệ": 0, "không tốt": 0, "không hài lòng": 0,
	"không thỏa mãn": 0, "không thoả mãn": 0,
}

// parseScore reads a score as a cell holds it: 4, 4,5, 8/10, 5 sao, ★★★★☆, and Tốt or Tồi for satisfaction. A bare number must lie on
// the usual scale of its name.
func parseScore(name, cell string) (feedback.Score, bool) {
	cell = strings.ToLower(strings.TrimSpace(cell))
	low, high, ok := feedback.Scales(name)
	if !ok {
		return feedback.Score{}, false
	}
	within := func(v float64) (feedback.Score, bool) {
		return feedback.Score{Value: v}, v >= low && v <= high
	}
	if v, ok := number(cell); ok {
		return within(v)
	}
	if m := outOf.FindStringSubmatch(cell); m != nil {
		v, _ := number(m[1])
		top := float64(atoi(m[2]))
		switch {
		case top == high:
			return within(v)
		case top >= 2 && low <= v && v <= top:
			return feedback.Score{Value: v, Min: low, Max: top}, true
		}
		return feedback.Score{}, false
	}
	if m := counted.FindStringSubmatch(cell); m != nil {
		v, _ := number(m[1])
		return within(v)
	}
	if m := drawn.FindStringSubmatch(cell); m != nil {
		return within(float64(strings.Count(m[1], "★") + strings.Count(m[1], "⭐")))
	}
	if v, ok := goodOrBad[cell]; ok && strings.HasPrefix(name, "csat") {
		return feedback.Score{Value: v, Min: 0, Max: 1}, true
	}
	return feedback.Score{}, false
}
