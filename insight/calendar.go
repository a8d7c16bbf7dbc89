package insight

import (
	"math"
	"slices"
	"time"
)

// calendar is when the texts of a set were said.
type calendar struct {
	kind           string // day, week, month or year: days and weeks where there are at most maxPeriods of them
	starts         []int32
	of             []int // texts by period
	middle         int32 // the day from which the later half was said
	earlier, later int   // texts before it and from it on
}

// maxPeriods is how many periods a series has at most before it takes longer ones.
const maxPeriods = 31

// days lays the calendar of sets out.
func (h *Heard) days(sets uint8) *calendar {
	c, ok := h.calendars[sets]
	if !ok {
		c = h.layDays(sets)
		h.calendars[sets] = c
	}
	return c
}

func (h *Heard) layDays(sets uint8) *calendar {
	var days []int32
	for i := range h.Len() {
		if h.Sets[i]&sets != 0 {
			days = append(days, h.Days[i])
		}
	}
	c := &calendar{kind: "day"}
	if len(days) == 0 {
		return c
	}
	if !slices.IsSorted(days) {
		slices.Sort(days)
	}
	first, last := days[0], days[len(days)-1]
	switch span := int(last - first); {
	case span >= 366*maxPeriods:
		c.kind = "year"
	case span >= 7*maxPeriods:
		c.kind = "month"
	case span >= maxPeriods:
		c.kind = "week"
	}
	for day := PeriodStart(c.kind, first); day <= last; day = NextPeriod(c.kind, day) {
		c.starts = append(c.starts, day)
	}
	c.of = make([]int, len(c.starts))
	for _, day := range days {
		c.of[c.period(day)]++
	}
	c.middle = days[len(days)/2]
	c.earlier, _ = slices.BinarySearch(days, c.middle)
	c.later = len(days) - c.earlier
	return c
}

// period gives the place of the period of a day that is in the calendar.
func (c *calendar) period(day int32) int {
	i, found := slices.BinarySearch(c.starts, day)
	if !found {
		i--
	}
	return i
}

// series counts texts by period.
func (c *calendar) series(h *Heard, texts []int32) []PeriodCount {
	out := make([]PeriodCount, len(c.starts))
	for i, day := range c.starts {
		out[i] = PeriodCount{Period: DayName(day), Of: c.of[i]}
	}
	for _, i := range texts {
		out[c.period(h.Days[i])].N++
	}
	return out
}

// PeriodStart gives the first day of the day's period: "day", "week" from Monday, "month" or "year". Days count from 1970-01-01.
func PeriodStart(kind string, day int32) int32 {
	switch kind {
	case "week":
		return day - ((day+3)%7+7)%7 // 1970 began on a Thursday
	case "month":
		return day - int32(date(day).Day()) + 1
	case "year":
		return day - int32(date(day).YearDay()) + 1
	}
	return day
}

// NextPeriod gives the first day of the period after one that begins on a day.
func NextPeriod(kind string, day int32) int32 {
	switch kind {
	case "week":
		return day + 7
	case "month":
		return int32(date(day).AddDate(0, 1, 0).Unix() / secondsADay)
	case "year":
		return int32(date(day).AddDate(1, 0, 0).Unix() / secondsADay)
	}
	return day + 1
}

const secondsADay = 24 * 60 * 60

// DayName writes a day as 2006-01-02.
func DayName(day int32) string { return date(day).Format(time.DateOnly) }

func date(day int32) time.Time { return time.Unix(int64(day)*secondsADay, 0).UTC() }

// significant rounds a probability to three significant digits, which four decimals would lose.
func significant(p float64) float64 {
	if p <= 0 || p >= 1 {
		return min(max(p, 0), 1)
	}
	scale := math.Pow(10, 2-math.Floor(math.Log10(p)))
	if math.IsInf(scale, 0) {
		return 0
	}
	return math.Round(p*scale) / scale
}
