package insight_test

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/thau-cx/thau/insight"
)

// said adds a text to texts.
func said(t *insight.Texts, voice uint64, day int32, sets uint8, sentiment int8, terms ...uint32) {
	slices.Sort(terms)
	t.Voices, t.Days, t.Sets, t.Sentiments = append(t.Voices, voice), append(t.Days, day), append(t.Sets, sets), append(t.Sentiments, sentiment)
	t.Terms = append(t.Terms, slices.Compact(terms)...)
	t.Ends, t.Sketches = append(t.Ends, uint32(len(t.Terms))), append(t.Sketches, insight.Sketch{})
}

// Counting terms by voice is counting by brute force, whatever the sets, voices and copies.
func TestCountPhrases(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		texts := &insight.Texts{}
		n := rapid.IntRange(0, 60).Draw(t, "n")
		for range n {
			said(texts, rapid.Uint64Range(1, 8).Draw(t, "voice"), rapid.Int32Range(0, 30).Draw(t, "day"), uint8(rapid.IntRange(0, 3).Draw(t, "sets")), 0,
				rapid.SliceOfN(rapid.Uint32Range(0, 12), 0, 6).Draw(t, "terms")...)
			if rapid.Bool().Draw(t, "long") {
				texts.Sketches[len(texts.Sketches)-1] = insight.Sketch{1, 2, 3, 4, 5, 6, 7, uint16(rapid.IntRange(8, 9).Draw(t, "copy"))}
			}
		}
		// By hand: a text with a sketch speaks with the voice of the first like it; all sketches here are alike.
		voices, first := slices.Clone(texts.Voices), -1
		for i, s := range texts.Sketches {
			if s != (insight.Sketch{}) {
				if first < 0 {
					first = i
				}
				voices[i] = texts.Voices[first]
			}
		}
		p := insight.CountPhrases(insight.Hear(texts))
		for key := range uint32(14) {
			set, rest := map[uint64]bool{}, map[uint64]bool{}
			for i := range texts.Len() {
				if slices.Contains(texts.TermsOf(i), key) {
					if texts.Sets[i]&insight.InSet != 0 {
						set[voices[i]] = true
					}
					if texts.Sets[i]&insight.InRest != 0 {
						rest[voices[i]] = true
					}
				}
			}
			if inSet, inRest := p.Count(key); inSet != len(set) || inRest != len(rest) {
				t.Fatalf("term %d: %d and %d voices, want %d and %d", key, inSet, inRest, len(set), len(rest))
			}
		}
	})
}

func TestCopies(t *testing.T) {
	texts := &insight.Texts{}
	for i := range 50 { // the same message pasted by fifty people, each changed a little
		said(texts, uint64(i+1), 0, insight.InSet, 1, 7)
		s := insight.Sketch{11, 12, 13, 14, 15, 16, 17, 18}
		s[i%8] = uint16(100 + i)
		texts.Sketches[i] = s
	}
	for i := range 10 {
		said(texts, uint64(100+i), 0, insight.InSet, -1, 8)
		texts.Sketches[50+i] = insight.Sketch{uint16(i), 1, uint16(i), 2, uint16(i), 3, uint16(i), 4}
	}
	h := insight.Hear(texts)
	p := insight.CountPhrases(h)
	if pasted, _ := p.Count(7); pasted != 1 || h.Copies != 49 {
		t.Errorf("a pasted message counts %d times, with %d copies", pasted, h.Copies)
	}
	if own, _ := p.Count(8); own != 10 {
		t.Errorf("ten texts of their own count %d times", own)
	}
}

// What is planted is found, and chance is not called a theme more often than the control of false discoveries allows.
func TestDistinct(t *testing.T) {
	random := rand.New(rand.NewPCG(31, 32))
	called, wrong, found := 0, 0, 0
	const rounds = 40
	for range rounds {
		texts := &insight.Texts{}
		for v := range 1500 {
			var terms []uint32
			sets := insight.InRest
			if v%3 == 0 {
				sets = insight.InSet
			}
			for key := range uint32(200) {
				rate := 0.03
				if key < 5 && sets == insight.InSet {
					rate = 0.1
				}
				if random.Float64() < rate {
					terms = append(terms, key)
				}
			}
			said(texts, uint64(v), int32(v%60), sets, 0, terms...)
		}
		h := insight.Hear(texts)
		p := insight.CountPhrases(h)
		phrases, tests := p.Distinct(5, 300)
		groups := make([][]uint32, len(phrases))
		for i, f := range phrases {
			groups[i] = []uint32{f.Key}
		}
		for i, theme := range h.Measure(h.Members(groups, insight.InSet), h.Members(groups, insight.InRest), p, tests, insight.Options{}) {
			if !theme.Sure {
				continue
			}
			called++
			if phrases[i].Key < 5 {
				found++
				if truth := 0.1 / 0.9 / (0.03 / 0.97); theme.Low > truth*1.5 || theme.High < truth/1.5 {
					t.Errorf("the odds are %v to %v, in truth %v", theme.Low, theme.High, truth)
				}
			} else {
				wrong++
			}
		}
	}
	t.Logf("%d called, %d wrong, %d of %d found", called, wrong, found, 5*rounds)
	if float64(wrong) > 0.13*float64(called) || found < 5*rounds*95/100 { // 8.5 % over 400 rounds; forty are ± 2 points
		t.Errorf("%d called, %d wrong, %d of %d found", called, wrong, found, 5*rounds)
	}
}

func TestCollocated(t *testing.T) {
	texts := &insight.Texts{}
	for v := range 200 {
		var terms []uint32
		if v%10 == 0 {
			terms = append(terms, 1, 2, 12) // always together
		}
		if v%2 == 0 {
			terms = append(terms, 3)
		}
		if v%4 < 2 {
			terms = append(terms, 4)
		}
		if v%4 == 0 {
			terms = append(terms, 34) // together as often as chance brings them
		}
		said(texts, uint64(v), 0, insight.InSet, 0, terms...)
	}
	p := insight.CountPhrases(insight.Hear(texts))
	if !p.Collocated(12, [2]uint32{1, 2}) || p.Collocated(34, [2]uint32{3, 4}) || !p.Collocated(34, [2]uint32{3, 99}) {
		t.Errorf("always together %v, by chance %v, with a word that is not counted %v",
			p.Collocated(12, [2]uint32{1, 2}), p.Collocated(34, [2]uint32{3, 4}), p.Collocated(34, [2]uint32{3, 99}))
	}
}

func TestGather(t *testing.T) {
	themes := insight.Gather([][]int32{{1, 2, 3, 4}, {1, 2, 3}, {10, 11, 12}, {1, 2, 3, 4, 5, 6, 7, 8, 9, 13, 14}, nil, {10, 11, 1}})
	if want := [][]int{{0, 1}, {2, 5}, {3}}; !reflect.DeepEqual(themes, want) {
		t.Errorf("got %v, want %v", themes, want)
	}
}

// A theme is counted by voice, its trend is that of its share and not of all texts, and the same texts give the same bytes.
func TestMeasure(t *testing.T) {
	texts := &insight.Texts{}
	for day := range int32(60) {
		for v := range 10 { // ever more texts, of which ever more say it
			voice := uint64(day)*10 + uint64(v)
			if v < int(day)/10 {
				said(texts, voice, day, insight.InSet, -1, 1, 2)
			} else {
				said(texts, voice, day, insight.InSet, 1, 3)
			}
			said(texts, voice+1000, day, insight.InRest, 0, 3)
		}
	}
	measure := func() string {
		h := insight.Hear(texts)
		groups := [][]uint32{{1, 2}, {3}}
		b, err := json.Marshal(h.Measure(h.Members(groups, insight.InSet), h.Members(groups, insight.InRest), insight.CountPhrases(h), 3, insight.Options{}))
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	var got []insight.Theme
	if err := json.Unmarshal([]byte(measure()), &got); err != nil {
		t.Fatal(err)
	}
	a := got[0]
	if a.N != 150 || a.Records != 150 || a.Share != 0.25 || a.Rest.N != 0 || a.Trend.Direction != insight.Rising || a.Sentiment.Negative != 150 || !a.Sure || a.Low < 10 {
		t.Errorf("got %+v", a)
	}
	if got[1].Trend.Direction != insight.Falling {
		t.Errorf("what gives way is %s", got[1].Trend.Direction)
	}
	sum := 0
	for _, p := range a.Series {
		sum += p.N
	}
	if sum != 150 || len(a.Series) != 9 || a.Series[0].Period != "1969-12-29" { // the Monday before 1970
		t.Errorf("the series %v has %d", a.Series, sum)
	}
	for range 5 {
		if again := measure(); again != measure() {
			t.Fatal("the same texts give other bytes")
		}
	}
}

func TestPeriods(t *testing.T) {
	for _, c := range []struct {
		kind             string
		day, start, next int32
	}{
		{"week", 0, -3, 4}, {"week", 3, -3, 4}, {"week", 4, 4, 11}, {"week", -4, -10, -3}, {"month", 40, 31, 59}, {"month", -1, -31, 0}, {"day", 5, 5, 6}, {"year", 400, 365, 730},
	} {
		start := insight.PeriodStart(c.kind, c.day)
		if next := insight.NextPeriod(c.kind, start); start != c.start || next != c.next {
			t.Errorf("%s of day %d: %d to %d, want %d to %d", c.kind, c.day, start, next, c.start, c.next)
		}
	}
}

// What rises is found with its ratio, what does not is not, and a season of more texts is no rise.
func TestRises(t *testing.T) {
	random := rand.New(rand.NewPCG(41, 42))
	called, wrong, found, held := 0, 0, 0, 0
	const rounds = 40
	for range rounds {
		texts := &insight.Texts{}
		voice := uint64(0)
		for day := range int32(63) {
			people, sets := 20, insight.InRest
			if day >= 56 {
				people, sets = 60, insight.InSet
			}
			for range people {
				var terms []uint32
				for key := range uint32(100) {
					rate := 0.05
					if key < 4 && day >= 56 {
						rate = 0.15
					}
					if random.Float64() < rate {
						terms = append(terms, key)
					}
				}
				voice++
				said(texts, voice, day, sets, 0, terms...)
			}
		}
		h := insight.Hear(texts)
		p := insight.CountPhrases(h)
		phrases, tests := p.Rising(5, 300)
		groups := make([][]uint32, len(phrases))
		for i, f := range phrases {
			groups[i] = []uint32{f.Key}
		}
		for i, r := range h.Rises(h.Members(groups, insight.InSet), h.Members(groups, insight.InRest), p, tests, 56) {
			if phrases[i].Key < 4 {
				if r.Low <= 3 && 3 <= r.High {
					held++
				}
			}
			if !r.Alert {
				continue
			}
			called++
			if phrases[i].Key < 4 {
				found++
			} else {
				wrong++
			}
			if r.Clears >= r.N || r.Clears < 1 {
				t.Errorf("%d voices clear at %d", r.N, r.Clears)
			}
		}
	}
	t.Logf("%d called, %d wrong, %d of %d found, the interval holds the truth in %d", called, wrong, found, 4*rounds, held)
	if float64(wrong) > 0.1*float64(called) || found < 4*rounds*95/100 || float64(held) < 0.85*4*rounds {
		t.Errorf("%d called, %d wrong, %d of %d found, %d held", called, wrong, found, 4*rounds, held)
	}
}

// A slow drift is noticed that no week alone would tell; what stays the same is hardly ever said to drift.
func TestDrifts(t *testing.T) {
	random := rand.New(rand.NewPCG(51, 52))
	noticed, alarms := 0, 0
	const rounds, steady = 20, 20
	for range rounds {
		texts := &insight.Texts{}
		voice := uint64(0)
		for day := range int32(364) {
			for range 15 {
				var terms []uint32
				for key := range uint32(steady + 1) {
					rate := 0.1
					if key == 0 && day > 220 {
						rate = 0.1 + 0.1*float64(day-220)/144
					}
					if random.Float64() < rate {
						terms = append(terms, key)
					}
				}
				voice++
				said(texts, voice, day, insight.InRest, 0, terms...)
			}
		}
		h := insight.Hear(texts)
		groups := make([][]uint32, steady+1)
		for i := range groups {
			groups[i] = []uint32{uint32(i)}
		}
		for i, d := range h.Drifts(h.Members(groups, insight.InRest), 364) {
			switch {
			case i == 0 && d != nil && d.Direction == insight.Rising:
				noticed++
				if d.Since > d.Noticed || d.Share <= d.Expected || len(d.Weeks) != 52 {
					t.Errorf("got %+v", d)
				}
			case i > 0 && d != nil:
				alarms++
			}
		}
	}
	t.Logf("%d of %d drifts noticed, %d of %d steady ones said to drift", noticed, rounds, alarms, rounds*steady)
	if noticed < rounds*9/10 || alarms > rounds*steady/8 {
		t.Errorf("%d of %d drifts noticed, %d of %d steady ones said to drift", noticed, rounds, alarms, rounds*steady)
	}
}

func TestDrivers(t *testing.T) {
	var table insight.MentionTable
	random := rand.New(rand.NewPCG(61, 62))
	for v := range 600 {
		value := 100.0
		var mentions []int32
		if random.Float64() < 0.3 { // what pulls down
			mentions, value = append(mentions, 0), []float64{-100, -100, 0}[random.IntN(3)]
		}
		if random.Float64() < 0.4 { // what does nothing
			mentions = append(mentions, 1)
		}
		if v < 3 { // what hardly anybody says
			mentions = append(mentions, 2)
		}
		table.Add(value, uint64(v%400), mentions)
	}
	d := table.Drivers(3, true, 5, insight.Options{})
	if d.N != 600 || d.Voices != 400 {
		t.Errorf("got %d answers of %d voices", d.N, d.Voices)
	}
	pull, nothing, rare := d.By[0], d.By[1], d.By[2]
	if !pull.Sure || pull.ImpactHigh >= 0 || pull.EffectHigh >= -100 || *pull.Detractors < 10 || *pull.Promoters >= 0 || pull.Importance < 0.9 {
		t.Errorf("what pulls down: %+v", pull)
	}
	// Without the answers that mention it all would promote.
	if math.Abs(d.Value-pull.Impact-100) > 0.01 {
		t.Errorf("without it the score is %v", d.Value-pull.Impact)
	}
	if nothing.Sure || nothing.ImpactLow > 0 || nothing.ImpactHigh < 0 {
		t.Errorf("what does nothing: %+v", nothing)
	}
	if rare.N != 3 || rare.Impact != 0 {
		t.Errorf("what hardly anybody says is measured: %+v", rare)
	}
	if order := d.Strongest(5); !slices.Equal(order, []int{0, 1}) {
		t.Errorf("the order is %v", order)
	}
}

func TestCompareMetrics(t *testing.T) {
	// Newcombe 1998, table II (a): 56 of 70 and 48 of 80 satisfied: .0524 to .3339.
	yes, no := insight.Count{Value: 1, Min: 0, Max: 1}, insight.Count{Value: 0, Min: 0, Max: 1}
	of := func(good, n int) []insight.Count {
		a, b := yes, no
		a.N, b.N = good, n-good
		return []insight.Count{a, b}
	}
	d := insight.Compare("csat", of(48, 80), of(56, 70), insight.Options{})
	near(t, "difference", d.Difference, 20, 1e-9)
	near(t, "low", d.Low, 5.24, 0.01)
	near(t, "high", d.High, 33.39, 0.01)
	if d.P > 0.05 || d.P < 0.001 {
		t.Errorf("p is %v", d.P)
	}
	if d := insight.Compare("nps", onTen(map[float64]int{10: 50}), nil, insight.Options{}); d.Low != -200 || d.High != 200 || d.P != 1 || !d.Small {
		t.Errorf("against nothing: %+v", d)
	}
	n := insight.Compare("nps", onTen(map[float64]int{10: 60, 0: 40}), onTen(map[float64]int{10: 40, 0: 60}), insight.Options{})
	near(t, "difference of nps", n.Difference, -40, 1e-9)
	near(t, "low", n.Low, -40-1.959964*100*math.Sqrt(2*0.96/100), 0.01)
	for _, metric := range insight.Metrics {
		if d := insight.Compare(metric, nil, nil, insight.Options{}); d.Difference != 0 || d.P != 1 || d.Low >= d.High {
			t.Errorf("%s of nothing: %+v", metric, d)
		}
	}
}

func TestSplit(t *testing.T) {
	shift := insight.Split("nps", "2026-02-01", []insight.GroupCounts{
		{Group: "pro", Before: onTen(map[float64]int{10: 60, 0: 40}), After: onTen(map[float64]int{10: 120, 0: 30})},
		{Group: "free", Before: onTen(map[float64]int{10: 80, 0: 20}), After: onTen(map[float64]int{10: 40, 0: 10})},
	}, insight.Options{})
	// By hand: 40 before, 60 after; shares ½ → ¾ and ½ → ¼; means 20 → 60 and 60 → 60.
	near(t, "difference", shift.Difference.Difference, 20, 1e-9)
	near(t, "rate", shift.Rate, 0.625*40, 1e-9)
	near(t, "mix", shift.Mix, 0.25*40-0.25*60, 1e-9)
	if len(shift.Parts) != 2 || shift.Parts[0].Group != "pro" {
		t.Errorf("parts %+v", shift.Parts)
	}
}

func TestShrink(t *testing.T) {
	random := rand.New(rand.NewPCG(71, 72))
	var groups [][]insight.Count
	var truth []float64
	for range 300 {
		p := 0.5 + 0.4*random.Float64()
		good, n := 0, 6
		for range n {
			if random.Float64() < p {
				good++
			}
		}
		groups = append(groups, []insight.Count{{Value: 5, Min: 1, Max: 5, N: good}, {Value: 1, Min: 1, Max: 5, N: n - good}})
		truth = append(truth, 100*p)
	}
	shrunk, prior := insight.Shrink("csat", groups, insight.Options{})
	var raw, pulled float64
	for i, g := range groups {
		r := insight.CSAT(g, insight.Options{}).CSAT - truth[i]
		s := shrunk[i] - truth[i]
		raw, pulled = raw+r*r, pulled+s*s
	}
	t.Logf("prior %+v: mean squared error %.0f raw, %.0f shrunk", prior, raw/300, pulled/300)
	near(t, "prior", prior.Value, 70, 3)
	if pulled > 0.6*raw {
		t.Errorf("shrinking leaves an error of %v of %v", pulled, raw)
	}
}

func ExampleCompare() {
	before := []insight.Count{{Value: 9, Min: 0, Max: 10, N: 60}, {Value: 5, Min: 0, Max: 10, N: 40}}
	after := []insight.Count{{Value: 9, Min: 0, Max: 10, N: 90}, {Value: 5, Min: 0, Max: 10, N: 30}}
	d := insight.Compare("nps", before, after, insight.Options{})
	fmt.Printf("%.0f → %.0f: %+.0f (%.0f … %.0f)\n", d.Before, d.After, d.Difference, d.Low, d.High)
	// Output: 20 → 50: +30 (5 … 55)
}
