package health

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"
)

// The bounds of a policy's numbers. They keep every quotient of weights and every product of points a finite number.
const (
	leastWeight = 1e-6
	mostWeight  = 1e6
	mostValue   = 1e12
)

// What happens to an indicator without evidence.
const (
	missingIgnore   = "ignore"   // the others' weights grow in its place
	missingNeutral  = "neutral"  // counts as 50
	missingPenalise = "penalise" // counts as the worst
)

// How observations become one value.
const (
	aggregateLast  = "last"  // the latest
	aggregateSum   = "sum"   // all in the window
	aggregateMean  = "mean"  // by age: a half-life older counts half
	aggregateCount = "count" // how many in the window
	aggregateMax   = "max"   // the largest in the window

	aggregateDays    = "days"    // on how many days of the window it was above zero
	aggregateChange  = "change"  // the sum of the window against the mean of the three windows before it, −1 all gone, 0 as ever
	aggregateRecency = "recency" // days since it was last above zero
)

// baselines is how many windows before the last one a change is measured against.
const baselines = 3

// halfLives gives the age at which evidence of an opinion counts half (metrics, 4.2.2): half a year for NPS, which is asked every 180
// days, and a quarter for what people say about single encounters. Usage ages in a month.
var halfLives = map[string]time.Duration{
	"nps":       180 * day,
	"csat":      90 * day,
	"ces":       90 * day,
	"rating":    90 * day,
	"sentiment": 90 * day,
}

const (
	day           = 24 * time.Hour
	usageHalfLife = 30 * day
)

// lifetimes is how many half-lives evidence is read for where a policy names no window: after four it counts a sixteenth.
const lifetimes = 4

// usualMappings give the points of opinions on their usual scales. NPS bends: a 6 still detracts and an 8 does not yet promote.
var usualMappings = map[string]mapping{
	"nps":       {knots: []knot{{0, 0}, {6, 40}, {8, 65}, {10, 100}}},
	"csat":      straight(1, 5, false),
	"rating":    straight(1, 5, false),
	"ces":       straight(1, 7, false),
	"sentiment": straight(-1, 1, false),
}

// usualGrades hold where a policy names none.
var usualGrades = []Grade{{"A", 85}, {"B", 70}, {"C", 55}, {"D", 40}, {"F", 0}}

// ParsePolicy reads a policy from YAML, at most 32 KB:
//
//	version: 1
//	groups:
//	  - name: voice
//	    weight: 2                # against the other groups; 1 where absent
//	    indicators:
//	      - signal: nps          # opinions (nps, csat, ces, rating, sentiment, also "csat:staff") know their scale
//	        weight: 3            # against the others of the group, above 0; 1 where absent
//	      - signal: logins
//	        weight: 1
//	        worst: 0             # 0 points; the order of worst and best gives the direction
//	        best: 30             # 100 points
//	        scale: log           # linear (default) or log, for counts
//	        missing: ignore      # ignore (default), neutral or penalise
//	        min_evidence: 1      # with fewer observations it is missing
//	        aggregate: sum       # last (default), sum, mean (default of opinions), count, max; days on which it was above zero,
//	                             # change against the three windows before (-1 all gone, 0 as ever), recency in days
//	        window: 30d          # read no older observations; four half-lives by default
//	        half_life: 30d       # evidence this old counts half; 180d for nps, 90d for other opinions, else 30d
//	      - signal: contract
//	        weight: 1
//	        table: {Month-to-month: 10, One year: 60, Two year: 90}    # words, or numbers to draw lines through
//	grades: {A: 85, B: 70, C: 55, D: 40}       # from which score on; less is F
//	hysteresis: 2                              # points past a grade's bound before the grade follows
//	caps:
//	  - {when: open_tickets, above: 5, grade: D, reason: many tickets wait}
//	  - {name: promoter, when: nps, above: 8, min: 40}
//
//	actions:                                   # what to do about a warning, a signal that costs most, or a grade; first that fits
//	  - {when: churn_intent, do: call today}
//	segments:                                  # accounts with these attributes have their own groups, grades, caps or actions
//	  - {name: large, when: {plan: [enterprise, business]}, groups: […]}
//
// A cap holds while its signal, aggregated as the first indicator of that signal or as the cap itself says (aggregate, window), is
// above or below a bound, strictly. It keeps the score at or under max, or under the grade better than grade; min is a floor, applied
// before all caps. Its name is that of its signal unless given.
//
// Unknown keys, wrong types and values out of range are problems. The error is a *PolicyError that lists all found, each with its line,
// its column and what to do.
func ParsePolicy(yaml []byte) (*Policy, error) {
	r := &reader{}
	p := &Policy{}
	if root, ok := r.parse(yaml); ok {
		r.policy(root, p)
	}
	if err := r.err(); err != nil {
		return nil, err
	}
	sum := sha256.Sum256(yaml)
	p.hash = "sha256:" + hex.EncodeToString(sum[:])
	for _, s := range p.segments {
		s.policy.hash = p.hash
	}
	return p, nil
}

func (r *reader) policy(n node, p *Policy) {
	fields, ok := r.fields(n, "version", "groups", "grades", "caps", "hysteresis", "actions", "segments")
	if !ok {
		return
	}
	if f, ok := r.need(n, fields, "version"); ok {
		if v, ok := numberOf(f.value); !ok || v != 1 {
			r.fail(f.node(), "must be 1, the version of the format this program reads")
		}
		p.version = 1
	}
	p.grades, p.hysteresis = slices.Clone(usualGrades), usualHysteresis
	r.need(n, fields, "groups")
	r.body(fields, p)
	if f, ok := fields["segments"]; ok {
		r.segments(f.node(), p)
	}
}

// body reads what a segment can have of its own.
func (r *reader) body(fields map[string]field, p *Policy) {
	if f, ok := fields["groups"]; ok {
		items, _ := r.items(f.node())
		names := map[string]bool{}
		p.groups = nil
		for _, item := range items {
			g := r.group(item)
			if g.name != "" && names[g.name] {
				r.fail(item, "the name %q is taken by another group; choose one", g.name)
			}
			names[g.name] = true
			p.groups = append(p.groups, g)
		}
	}
	if f, ok := fields["grades"]; ok {
		p.grades = r.grades(f.node())
	}
	if f, ok := fields["hysteresis"]; ok {
		p.hysteresis, _ = r.number(f.node(), 0, 20)
	}
	if f, ok := fields["caps"]; ok {
		items, _ := r.items(f.node())
		names := map[string]bool{}
		p.caps = nil
		for _, item := range items {
			c := r.limit(item, p)
			if c.name != "" && names[c.name] {
				r.fail(item, "the name %q is taken by another cap; give this one a name of its own", c.name)
			}
			names[c.name] = true
			p.caps = append(p.caps, c)
		}
	}
	if f, ok := fields["actions"]; ok {
		items, _ := r.items(f.node())
		p.actions = nil
		for _, item := range items {
			if fields, ok := r.fields(item, "when", "do"); ok {
				var a rule
				if f, ok := r.need(item, fields, "when"); ok {
					a.when, _ = r.text(f.node())
				}
				if f, ok := r.need(item, fields, "do"); ok {
					a.do, _ = r.text(f.node())
				}
				p.actions = append(p.actions, a)
			}
		}
	}
}

// segments reads the segments of a policy, each of which begins as the policy is.
func (r *reader) segments(n node, p *Policy) {
	items, _ := r.items(n)
	names := map[string]bool{}
	for _, item := range items {
		fields, ok := r.fields(item, "name", "when", "groups", "grades", "hysteresis", "caps", "actions")
		if !ok {
			continue
		}
		own := *p
		own.segments = nil
		s := segment{policy: &own}
		if f, ok := r.need(item, fields, "name"); ok {
			s.name, _ = r.text(f.node())
		}
		if s.name != "" && names[s.name] {
			r.fail(item, "the name %q is taken by another segment; choose one", s.name)
		}
		names[s.name] = true
		own.segment = s.name
		if f, ok := r.need(item, fields, "when"); ok {
			s.when = r.conditions(f.node())
		}
		if len(fields) <= 2 {
			r.fail(item, "has nothing of its own; give it groups, grades, hysteresis, caps or actions")
		}
		r.body(fields, &own)
		p.segments = append(p.segments, s)
	}
}

// conditions reads {attribute: value} or {attribute: [values]}.
func (r *reader) conditions(n node) (out []condition) {
	pairs, ok := r.pairs(n)
	if !ok {
		return nil
	}
	if len(pairs) == 0 {
		r.fail(n, "is empty; name an attribute of accounts and its value")
	}
	for _, p := range pairs {
		c := condition{attribute: keyText(p.Key)}
		value := node{p.Value, join(n.path, c.attribute)}
		list, several := p.Value.(*ast.SequenceNode)
		switch {
		case several && len(list.Values) == 0:
			r.fail(value, "is an empty list; give a value or several")
		case several:
			for _, v := range list.Values {
				c.values = append(c.values, strings.TrimSpace(keyText(v)))
			}
		case kindOf(p.Value) == "empty" || kindOf(p.Value) == "a mapping":
			r.fail(value, "is %s; give a value or a list of values", kindOf(p.Value))
		default:
			c.values = []string{strings.TrimSpace(keyText(p.Value))}
		}
		out = append(out, c)
	}
	return out
}

// need gives a field that must be there.
func (r *reader) need(n node, fields map[string]field, key string) (field, bool) {
	f, ok := fields[key]
	if !ok && !slices.ContainsFunc(r.problems, func(p Problem) bool { return p.Path == join(n.path, key) }) {
		r.fail(n, "needs the key %q", key)
	}
	return f, ok
}

func (r *reader) group(n node) (g group) {
	fields, ok := r.fields(n, "name", "weight", "indicators")
	if !ok {
		return g
	}
	if f, ok := r.need(n, fields, "name"); ok {
		g.name, _ = r.text(f.node())
	}
	g.weight = 1
	if f, ok := fields["weight"]; ok {
		g.weight, _ = r.number(f.node(), leastWeight, mostWeight)
	}
	if f, ok := r.need(n, fields, "indicators"); ok {
		items, _ := r.items(f.node())
		signals := map[string]bool{}
		for _, item := range items {
			in := r.indicator(item)
			if in.signal != "" && signals[in.signal] {
				r.fail(item, "the signal %q is in this group already; keep one", in.signal)
			}
			signals[in.signal] = true
			g.indicators = append(g.indicators, in)
		}
	}
	return g
}

func (r *reader) indicator(n node) (in indicator) {
	fields, ok := r.fields(n, "signal", "weight", "worst", "best", "table", "scale", "missing", "half_life", "min_evidence", "aggregate", "window")
	if !ok {
		return in
	}
	if f, ok := r.need(n, fields, "signal"); ok {
		in.signal, _ = r.text(f.node())
	}
	in.weight = 1
	if f, ok := fields["weight"]; ok {
		in.weight, _ = r.number(f.node(), leastWeight, mostWeight)
	}
	in.missing = missingIgnore
	if f, ok := fields["missing"]; ok {
		in.missing, _ = r.choice(f.node(), missingIgnore, missingNeutral, missingPenalise)
	}
	if f, ok := fields["min_evidence"]; ok {
		if v, ok := r.number(f.node(), 1, 1000); ok && v != math.Trunc(v) {
			r.fail(f.node(), "is %s; it must be a whole number of observations", decimal(v))
		} else {
			in.least = int(v)
		}
	}
	in.reading = r.reading(fields, usualReading(in.signal))
	in.mapping = r.mapping(n, fields, &in)
	return in
}

// usualReading gives how a signal is read where a policy does not say.
func usualReading(signal string) reading {
	rd := reading{signal: signal, aggregate: aggregateLast, halfLife: usageHalfLife}
	if h, ok := halfLives[base(signal)]; ok {
		rd.aggregate, rd.halfLife = aggregateMean, h
	}
	rd.window = lifetimes * rd.halfLife
	return rd
}

// base gives a signal's name without what it is about: "csat" for "csat:staff".
func base(signal string) string {
	name, _, _ := strings.Cut(signal, ":")
	return name
}

// reading reads the keys that say how observations become a value, on top of a usual reading.
func (r *reader) reading(fields map[string]field, rd reading) reading {
	if f, ok := fields["aggregate"]; ok {
		rd.aggregate, _ = r.choice(f.node(), aggregateLast, aggregateSum, aggregateMean, aggregateCount, aggregateMax, aggregateDays, aggregateChange, aggregateRecency)
	}
	if f, ok := fields["half_life"]; ok {
		if d, ok := r.duration(f.node()); ok {
			rd.halfLife, rd.window = d, lifetimes*d
		}
	}
	if f, ok := fields["window"]; ok {
		if d, ok := r.duration(f.node()); ok {
			rd.window = d
		}
	}
	return rd
}

func (r *reader) mapping(n node, fields map[string]field, in *indicator) mapping {
	worst, hasWorst := fields["worst"]
	best, hasBest := fields["best"]
	table, hasTable := fields["table"]
	scale, hasScale := fields["scale"]
	log := false
	if hasScale {
		s, _ := r.choice(scale.node(), "linear", "log")
		log = s == "log"
	}
	switch {
	case hasTable && (hasWorst || hasBest || hasScale):
		r.note(table.key, table.path, "takes the place of worst, best and scale; keep one or the other")
		return mapping{}
	case hasTable:
		return r.table(table.node(), fields, in)
	case hasWorst && hasBest:
		w, ok1 := r.number(worst.node(), -mostValue, mostValue)
		b, ok2 := r.number(best.node(), -mostValue, mostValue)
		switch {
		case !ok1 || !ok2:
			return mapping{}
		case log && (w < 0 || b < 0):
			r.fail(scale.node(), "log needs worst and best of at least 0; use linear for values below")
			return mapping{}
		}
		m := straight(w, b, log)
		if m.knots[0].x == m.knots[1].x {
			r.fail(best.node(), "is the same as worst; they must differ for values to matter")
		}
		return m
	case hasWorst || hasBest:
		r.fail(n, "has only one of worst and best; give both")
		return mapping{}
	}
	usual, ok := usualMappings[base(in.signal)]
	switch {
	case in.signal == "":
	case !ok:
		r.fail(n, "needs worst and best, or a table: only nps, csat, ces, rating and sentiment know their scale")
	case !in.opinion():
		r.fail(n, "needs worst and best: a %s of %s has no usual scale", in.aggregate, in.signal)
	case hasScale:
		r.note(scale.key, scale.path, "needs worst and best beside it")
	}
	return usual
}

// table reads a table of points: by number, to draw lines through, or by word.
func (r *reader) table(n node, fields map[string]field, in *indicator) mapping {
	pairs, ok := r.pairs(n)
	if !ok {
		return mapping{}
	}
	if len(pairs) < 2 {
		r.fail(n, "needs at least two entries, each a value and its points")
		return mapping{}
	}
	m := mapping{words: map[string]float64{}}
	numbers := true
	for _, p := range pairs {
		name := keyText(p.Key)
		x, isNumber := numberOf(p.Key)
		if isNumber {
			name = decimal(x)
		}
		numbers = numbers && isNumber
		if isNumber && max(x, -x) > mostValue {
			r.note(tokenOf(p.Key), join(n.path, name), "is out of range; values go to %s", decimal(mostValue))
		}
		if _, twice := m.words[name]; twice {
			r.note(tokenOf(p.Key), join(n.path, name), "is given twice; keep one")
		}
		y, _ := r.number(node{p.Value, join(n.path, name)}, 0, 100)
		m.words[name] = y
		m.knots = append(m.knots, knot{x, y})
	}
	if numbers {
		m.words = nil
		slices.SortFunc(m.knots, func(a, b knot) int { return cmp.Compare(a.x, b.x) })
		return m
	}
	m.knots = nil
	if _, given := fields["aggregate"]; !given {
		in.aggregate = aggregateLast
	}
	if in.aggregate != aggregateLast {
		r.fail(n, "has words, of which only the last can be read; use aggregate: last")
	}
	return m
}

func (r *reader) grades(n node) []Grade {
	pairs, ok := r.pairs(n)
	if !ok {
		return nil
	}
	var grades []Grade
	for _, p := range pairs {
		name := strings.TrimSpace(keyText(p.Key))
		path := join(n.path, name)
		from, ok := r.number(node{p.Value, path}, 0, 100)
		for _, g := range grades {
			switch {
			case g.Name == name:
				r.note(tokenOf(p.Key), path, "is given twice; keep one")
			case ok && g.From == from:
				r.note(tokenOf(p.Value), path, "starts where %s does; grades need scores of their own", g.Name)
			}
		}
		if name == "" || len([]rune(name)) > 20 {
			r.note(tokenOf(p.Key), path, "must have a name of 1 to 20 characters")
		}
		grades = append(grades, Grade{name, from})
	}
	if len(grades) == 0 {
		r.fail(n, "is empty; give grades as {A: 85, B: 70} or remove the key")
		return nil
	}
	slices.SortStableFunc(grades, func(a, b Grade) int { return cmp.Compare(b.From, a.From) })
	if grades[len(grades)-1].From > 0 {
		if i := slices.IndexFunc(grades, func(g Grade) bool { return g.Name == "F" }); i >= 0 {
			r.fail(n, "leaves scores below %s without a grade; let %s start at 0", decimal(grades[len(grades)-1].From), grades[len(grades)-1].Name)
		}
		grades = append(grades, Grade{"F", 0})
	}
	return grades
}

func (r *reader) limit(n node, p *Policy) (c limit) {
	fields, ok := r.fields(n, "name", "when", "above", "below", "max", "min", "grade", "reason", "aggregate", "window")
	if !ok {
		return c
	}
	if f, ok := r.need(n, fields, "when"); ok {
		c.name, _ = r.text(f.node())
	}
	c.reading = r.reading(fields, p.readingOf(c.name))
	if f, ok := fields["name"]; ok {
		c.name, _ = r.text(f.node())
	}
	number := func(key string, low, high float64) *float64 {
		f, ok := fields[key]
		if !ok {
			return nil
		}
		v, _ := r.number(f.node(), low, high)
		return &v
	}
	c.above, c.below = number("above", -mostValue, mostValue), number("below", -mostValue, mostValue)
	c.ceiling, c.floor = number("max", 0, 100), number("min", 0, 100)
	if (c.above == nil) == (c.below == nil) {
		r.fail(n, "needs one of above and below")
	}
	if f, ok := fields["grade"]; ok {
		c.ceiling = r.ceiling(f.node(), p.grades, c.ceiling)
	}
	switch {
	case c.ceiling == nil && c.floor == nil:
		r.fail(n, "needs what it holds the score to: max, grade or min")
	case c.ceiling != nil && c.floor != nil:
		r.fail(n, "is a cap (max, grade) and a floor (min) at once; write two")
	}
	if f, ok := fields["reason"]; ok {
		c.reason, _ = r.text(f.node())
	} else if c.above != nil {
		c.reason = fmt.Sprintf("%s is above %s", c.signal, decimal(*c.above))
	} else if c.below != nil {
		c.reason = fmt.Sprintf("%s is below %s", c.signal, decimal(*c.below))
	}
	return c
}

// ceiling gives the highest score of a grade: one millionth under the next better. It gives a number after a problem too, so that the
// cap is not found wanting one as well.
func (r *reader) ceiling(n node, grades []Grade, other *float64) *float64 {
	name := strings.TrimSpace(keyText(n.ast)) // as the names of grades are read
	i := slices.IndexFunc(grades, func(g Grade) bool { return g.Name == name })
	switch {
	case i < 0:
		r.fail(n, "%q is not one of the grades", name)
		return new(float64)
	case i == 0:
		r.fail(n, "%q is the best grade, so this caps nothing; name a lower one", name)
		return new(float64)
	case other != nil:
		r.fail(n, "and max both cap the score; keep one")
	}
	v := points(micro(grades[i-1].From) - 1)
	return &v
}

// readingOf gives how the policy's first indicator of a signal reads it, or the usual reading.
func (p *Policy) readingOf(signal string) reading {
	for _, g := range p.groups {
		for _, in := range g.indicators {
			if in.signal == signal {
				return in.reading
			}
		}
	}
	return usualReading(signal)
}
