package intake

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/unicode/norm"

	"github.com/thau-cx/thau/feedback"
)

var hanoi = time.FixedZone("", 7*3600)

// read gives each row of an input in one line of text, and the warnings.
func read(t *testing.T, name, input string, o Options) (rows, warnings []string) {
	t.Helper()
	o.Zone = hanoi
	o.Warn = func(line int, message string) { warnings = append(warnings, fmt.Sprintf("%d %s", line, message)) }
	r, err := New(name, strings.NewReader(input), o)
	if err != nil {
		t.Fatal(err)
	}
	for {
		line, raw, err := r.Next()
		if errors.Is(err, io.EOF) {
			return rows, warnings
		}
		if err != nil {
			t.Fatal(err)
		}
		if len(raw) == 0 {
			t.Errorf("line %d has no raw", line.N)
		}
		if line.Err != nil {
			rows = append(rows, fmt.Sprintf("%d %s", line.N, line.Err))
			continue
		}
		b, err := json.Marshal(line.Draft)
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, fmt.Sprintf("%d %s", line.N, b))
	}
}

func TestRows(t *testing.T) {
	tests := []struct {
		name, file, input string
		options           Options
		rows, warnings    []string
	}{
		{
			name: "fields of a record", file: "a.jsonl",
			input: `{"id":"1","source":"review","text":"giao chậm","collected_at":"2026-01-31T09:30:00+07:00","scores":{"nps":3},"attributes":{"plan":"pro","seats":3},"tags":["x"]}` + "\n",
			rows:  []string{`1 {"id":"1","source":"review","text":"giao chậm","collected_at":"2026-01-31T09:30:00+07:00","scores":{"nps":3},"attributes":{"plan":"pro","seats":"3"},"tags":["x"]}`},
		},
		{
			name: "blank lines are no rows, the last line needs no end", file: "a.jsonl",
			input: "\n{\"id\":\"1\",\"text\":\"a\"}\r\n\n  \n{\"id\":\"2\",\"text\":\"b\"}",
			rows:  []string{`2 {"id":"1","text":"a"}`, `5 {"id":"2","text":"b"}`},
		},
		{
			name: "bare scores in range become scores", file: "a.jsonl",
			input:    `{"id":"1","nps":9,"csat":"4,5","rating":-2.5,"ces":null}` + "\n" + `{"id":"2","nps":9,"scores":{"nps":3}}`,
			rows:     []string{`1 {"id":"1","scores":{"csat":4.5,"nps":9},"metadata":{"rating":-2.5}}`, `2 {"id":"2","scores":{"nps":3},"metadata":{"nps":9}}`},
			warnings: []string{"1 rating is no score on its usual scale and was kept in metadata", "2 nps is among the scores too; the other value was kept in metadata"},
		},
		{
			name: "labelled data", file: "a.jsonl",
			input: `{"id":"1","text":"a","lang":"vi","sentiment":"positive","topics":["x"],"extra":{"n":1.10},"split":"train","metadata":{"split":"mine"}}`,
			rows:  []string{`1 {"id":"1","text":"a","lang":"vi","metadata":{"extra":{"n":1.10},"sentiment":"positive","split":"mine","split 2":"train","topics":["x"]}}`},
		},
		{
			name: "what the server made is left out", file: "a.jsonl",
			input: `{"id":"1","text":"a","analysis":{"language":{}},"received_at":"2026-01-01T00:00:00Z","changed_at":"2026-01-01T00:00:00Z"}`,
			rows:  []string{`1 {"id":"1","text":"a"}`},
		},
		{
			name: "faults name the field", file: "a.jsonl",
			input: `{"text":5}` + "\n" + `[1]` + "\n" + `{"text":"a"` + "\n" + `{"text":"a","collected_at":"soon"}` + "\n" + `null`,
			rows: []string{`1 text: takes a string`, `2 the line is not a JSON object`, `3 the line is not a JSON object: unexpected end of JSON input at byte 11`,
				`4 collected_at: takes a time like 2026-01-31T09:30:00+07:00`, `5 the line is not a JSON object`},
		},
		{
			name: "namespace, source, numbers as ids", file: "a.jsonl", options: Options{Namespace: "shop", Source: "review"},
			input: `{"id":12,"text":"a"}` + "\n" + `{"id":"b","source":"chat","text":"a"}`,
			rows:  []string{`1 {"id":"shop:12","source":"review","text":"a"}`, `2 {"id":"shop:b","source":"chat","text":"a"}`},
		},
		{
			name: "rows without an id", file: "a.jsonl",
			input: `{"text":"ok","nps":9}` + "\n" + `{"nps":9, "text":"ok"}` + "\n" + `{"text":"no","nps":9}`,
			rows: []string{`1 {"id":"73076c0185cd7a5d58b64bea-1","text":"ok","scores":{"nps":9}}`, `2 {"id":"73076c0185cd7a5d58b64bea-2","text":"ok","scores":{"nps":9}}`,
				`3 {"id":"619b19cb976df9d9bc2bfb23-1","text":"no","scores":{"nps":9}}`},
		},
		{
			name: "times", file: "a.jsonl",
			input: `{"id":"1","text":"a","collected_at":1769826600,"event_at":"2026-01-31","updated_at":"31/01/2026 09:30"}`,
			rows:  []string{`1 {"id":"1","text":"a","collected_at":"2026-01-31T02:30:00Z","event_at":"2026-01-31T00:00:00+07:00","updated_at":"2026-01-31T09:30:00+07:00"}`},
		},
		{
			name: "Vietnamese headers", file: "a.csv",
			input: "Mã phản hồi,Nội dung,Điểm,Ngày,Chi nhánh,Mã KH,Ghi chú\n7,\"Giao hàng chậm, sai màu\",2,31/01/2026,Huế,KH01,gọi lại\n",
			rows:  []string{`2 {"id":"7","text":"Giao hàng chậm, sai màu","collected_at":"2026-01-31T00:00:00+07:00","customer_id":"KH01","scores":{"rating":2},"attributes":{"branch":"Huế"},"metadata":{"Ghi chú":"gọi lại"}}`},
		},
		{
			name: "English headers, semicolons, quoted line ends, doubled quotes", file: "a.csv",
			input: "Response ID;Comment;NPS;Submitted at\r\n1;\"two\r\nlines, \"\"quoted\"\"\";9;2026-01-31 09:30\r\n2;plain;0;2026-02-01\r\n",
			rows: []string{`2 {"id":"1","text":"two\r\nlines, \"quoted\"","collected_at":"2026-01-31T09:30:00+07:00","scores":{"nps":9}}`,
				`4 {"id":"2","text":"plain","collected_at":"2026-02-01T00:00:00+07:00","scores":{"nps":0}}`},
		},
		{
			name: "tabs, missing and blank trailing cells, blank rows", file: "a.tsv",
			input: "id\ttext\trating\n1\tgood\n2\tfine\t4\t\t\n\n\t\t\n",
			rows:  []string{`2 {"id":"1","text":"good"}`, `3 {"id":"2","text":"fine","scores":{"rating":4}}`},
		},
		{
			name: "too many cells", file: "a.csv",
			input: "id,text\n1,good, but slow\n2,good\n",
			rows:  []string{`2 the row has 3 cells where the header has 2: put cells that hold a delimiter in quotes`, `3 {"id":"2","text":"good"}`},
		},
		{
			name: "a stray quote costs no other row", file: "a.csv",
			input:    "id,text\n1,\"so called\n2,\"a, b\"\n3,c\n",
			rows:     []string{`2 {"id":"1","text":"\"so called"}`, `3 {"id":"2","text":"a, b"}`, `4 {"id":"3","text":"c"}`},
			warnings: []string{"2 a quote is opened and not closed; it was read as a character"},
		},
		{
			name: "quotes inside a cell", file: "a.csv",
			input: "id,text\n1,the \"best\" one\n2,\"the \"best\" one\"\n3, \"a, b\" \n",
			rows:  []string{`2 {"id":"1","text":"the \"best\" one"}`, `3 {"id":"2","text":"the \"best\" one"}`, `4 {"id":"3","text":"a, b"}`},
		},
		{
			name: "months first by vote of the column", file: "a.csv",
			input:    "id,text,date\n1,a,01/02/2026\n2,b,01/31/2026\n3,c,31/01/2026\n4,d,02/15/2026\n",
			rows:     []string{`2 {"id":"1","text":"a","collected_at":"2026-01-02T00:00:00+07:00"}`, `3 {"id":"2","text":"b","collected_at":"2026-01-31T00:00:00+07:00"}`, `4 {"id":"3","text":"c","collected_at":"2026-01-31T00:00:00+07:00"}`, `5 {"id":"4","text":"d","collected_at":"2026-02-15T00:00:00+07:00"}`},
			warnings: []string{`4 collected_at "31/01/2026" has day and month the other way round than the rest of its column`},
		},
		{
			name: "days first where nothing tells", file: "a.csv",
			input: "id,text,date\n1,a,01/02/2026\n",
			rows:  []string{`2 {"id":"1","text":"a","collected_at":"2026-02-01T00:00:00+07:00"}`},
		},
		{
			name: "a date that cannot be read", file: "a.csv",
			input: "id,text,date\n1,a,31/02/2026\n",
			rows:  []string{`2 collected_at: "31/02/2026" is no date that can be read: write it like 2026-01-31 09:30 or 31/01/2026`},
		},
		{
			name: "scores out of range", file: "a.csv",
			input:    "id,text,NPS,Rating\n1,a,11,8/10\n2,b,n/a,★★★★☆\n",
			rows:     []string{`2 {"id":"1","text":"a","scores":{"rating":{"value":8,"min":1,"max":10}},"metadata":{"NPS":"11"}}`, `3 {"id":"2","text":"b","scores":{"rating":4},"metadata":{"NPS":"n/a"}}`},
			warnings: []string{`2 nps "11" is no score on its usual scale and was kept in metadata`, `3 nps "n/a" is no score on its usual scale and was kept in metadata`},
		},
		{
			name: "đánh giá is stars or words", file: "a.csv",
			input: "id,Đánh giá,Bình luận\n1,5 sao,tuyệt\n",
			rows:  []string{`2 {"id":"1","text":"tuyệt","scores":{"rating":5}}`},
		},
		{
			name: "đánh giá is words", file: "a.csv",
			input: "id,Đánh giá\n1,Sản phẩm tuyệt\n",
			rows:  []string{`2 {"id":"1","text":"Sản phẩm tuyệt"}`},
		},
		{
			name: "prefixed headers, tickets, satisfaction in words", file: "a.csv",
			input:    "id,text,attr.plan,csat:staff,metadata.note,ticket.status,status,source,Mức độ hài lòng\n1,a,pro,4,n,open,x,Zalo,Tốt\n",
			rows:     []string{`2 {"id":"1","text":"a","scores":{"csat":{"value":1,"min":0,"max":1},"csat:staff":4},"ticket":{"status":"open"},"attributes":{"plan":"pro"},"metadata":{"note":"n","source":"Zalo","status":"x"}}`},
			warnings: []string{`2 "Zalo" is no source and was kept in metadata`},
		},
		{
			name: "headers twice, headers without a name", file: "a.csv",
			input: "id,text,text,,\n1,a,b,c,d\n",
			rows:  []string{`2 {"id":"1","text":"a","metadata":{"column 4":"c","column 5":"d","text 2":"b"}}`},
		},
		{
			name: "no column that says anything", file: "a.csv",
			input:    "a,b\n1,2\n",
			rows:     []string{`2 {"id":"11f0530a8259fffb552fdabd-1","metadata":{"a":"1","b":"2"}}`},
			warnings: []string{"1 no column was recognised as a text, a score or a ticket: name one of them text"},
		},
		{
			name: "Excel's sep line", file: "a.csv",
			input: "sep=;\nid;text\n1;a, b\n",
			rows:  []string{`3 {"id":"1","text":"a, b"}`},
		},
		{name: "nothing", file: "a.csv"},
		{name: "only a header", file: "a.csv", input: "id,text"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			rows, warnings := read(t, tt.file, tt.input, tt.options)
			if diff := cmp.Diff(tt.rows, rows); diff != "" {
				t.Errorf("rows (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.warnings, warnings); diff != "" {
				t.Errorf("warnings (-want +got):\n%s", diff)
			}
		})
	}
}

func TestEncodings(t *testing.T) {
	const text = "id,Nội dung\n1,Giao hàng chậm quá đi\n2,Nhân viên nhiệt tình\n"
	old, err := charmap.Windows1258.NewEncoder().String(strings.ReplaceAll(split1258(text), "ð", "đ"))
	if err != nil {
		t.Fatal(err)
	}
	encode := func(e unicode.Endianness, b unicode.BOMPolicy) string {
		s, err := unicode.UTF16(e, b).NewEncoder().String(text)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	want := []string{`2 {"id":"1","text":"Giao hàng chậm quá đi"}`, `3 {"id":"2","text":"Nhân viên nhiệt tình"}`}
	for name, input := range map[string]string{
		"UTF-8": text, "UTF-8 with a mark": "\uFEFF" + text,
		"UTF-16LE": encode(unicode.LittleEndian, unicode.UseBOM), "UTF-16BE": encode(unicode.BigEndian, unicode.UseBOM),
		"UTF-16LE without a mark": encode(unicode.LittleEndian, unicode.IgnoreBOM),
		"Windows-1258":            old,
	} {
		t.Run(name, func(t *testing.T) {
			rows, _ := read(t, "a.csv", input, Options{})
			if diff := cmp.Diff(want, rows); diff != "" {
				t.Errorf("rows (-want +got):\n%s", diff)
			}
		})
	}
}

// split1258 writes tones as marks of their own, as Windows-1258 does: its letters have their shape but not their tone.
func split1258(s string) string {
	var b strings.Builder
	for _, r := range s {
		d := []rune(norm.NFD.String(string(r)))
		if len(d) == 1 {
			b.WriteRune(r)
			continue
		}
		var tones []rune
		shape := d[:1]
		for _, m := range d[1:] {
			if strings.ContainsRune("\u0300\u0301\u0303\u0309\u0323", m) {
				tones = append(tones, m)
			} else {
				shape = append(shape, m)
			}
		}
		b.WriteString(norm.NFC.String(string(shape)) + string(tones))
	}
	return b.String()
}

func TestRefusedWhole(t *testing.T) {
	for input, want := range map[string]string{
		"[{\"text\":\"a\"}]":      "one JSON array",
		"PK\x03\x04abc":           "save the sheet as CSV",
		"\x1f\x8b\x08\x00\x00abc": "unpack it first",
	} {
		if _, err := New("a.jsonl", strings.NewReader(input), Options{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %q", input, err, want)
		}
	}
}

func TestFormatByContent(t *testing.T) {
	rows, _ := read(t, "-", "\n {\"id\":\"1\",\"text\":\"a\"}\n", Options{})
	if want := []string{`2 {"id":"1","text":"a"}`}; !cmp.Equal(want, rows) {
		t.Errorf("got %v, want %v", rows, want)
	}
	rows, _ = read(t, "-", "id|text\n1|a\n", Options{})
	if want := []string{`2 {"id":"1","text":"a"}`}; !cmp.Equal(want, rows) {
		t.Errorf("got %v, want %v", rows, want)
	}
}

func TestRowsBeyondTheLimit(t *testing.T) {
	long := strings.Repeat("a", MaxRow+1)
	rows, _ := read(t, "a.jsonl", `{"id":"1","text":"a"}`+"\n"+long+"\n"+`{"id":"2","text":"b"}`, Options{})
	want := []string{`1 {"id":"1","text":"a"}`, `2 the row is longer than 8 MB`, `3 {"id":"2","text":"b"}`}
	if !cmp.Equal(want, rows) {
		t.Errorf("got %.200q, want %q", rows, want)
	}
	rows, _ = read(t, "a.csv", "id,text\n1,"+long+"\n2,b\n", Options{})
	want = []string{`2 the row is longer than 8 MB`, `3 {"id":"2","text":"b"}`}
	if !cmp.Equal(want, rows) {
		t.Errorf("got %.200q, want %q", rows, want)
	}
}

// TestSampleDoesNotChangeRows reads a table longer than the sample.
func TestSampleDoesNotChangeRows(t *testing.T) {
	var b strings.Builder
	b.WriteString("text\n")
	const n = 3 * sampleRows
	for range n {
		b.WriteString("the same\n")
	}
	r, err := New("a.csv", strings.NewReader(b.String()), Options{})
	if err != nil {
		t.Fatal(err)
	}
	ids := map[string]bool{}
	for i := range n {
		line, _, err := r.Next()
		if err != nil || line.N != i+2 {
			t.Fatalf("row %d: line %d, %v", i, line.N, err)
		}
		ids[line.Draft.ID] = true
	}
	if _, _, err := r.Next(); !errors.Is(err, io.EOF) {
		t.Errorf("got %v after the last row, want EOF", err)
	}
	if len(ids) != n {
		t.Errorf("%d ids for %d rows", len(ids), n)
	}
}

func TestParseTime(t *testing.T) {
	f := func(in, want string) {
		t.Helper()
		at, ok := parseTime(in, dayFirst, hanoi)
		got := ""
		if ok {
			got = at.Format(time.RFC3339Nano)
		}
		if got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
	f("2026-01-31T09:30:00Z", "2026-01-31T09:30:00Z")
	f("2026-01-31T09:30:00.123456789+0700", "2026-01-31T09:30:00.123456789+07:00")
	f("2026-01-31 09:30:00 UTC", "2026-01-31T09:30:00Z")
	f("2026/1/31 9:30", "2026-01-31T09:30:00+07:00")
	f("31-01-2026", "2026-01-31T00:00:00+07:00")
	f("31.1.26", "2026-01-31T00:00:00+07:00")
	f("31/01/2026 9:30 PM", "2026-01-31T21:30:00+07:00")
	f("31/01/2026 9:30:05 SA", "2026-01-31T09:30:05+07:00")
	f("09:30 31/01/2026", "2026-01-31T09:30:00+07:00")
	f("Jan 31, 2026", "2026-01-31T00:00:00+07:00")
	f("1769826600000", "2026-01-31T02:30:00Z")
	f("1769826600.5", "2026-01-31T02:30:00.5Z")
	f("2026-02-30", "")
	f("2026-13-01", "")
	f("31/01/2026 25:00", "")
	f("31/01/2026 13:00 PM", "")
	f("2026-01-31T09:30:00+99:00", "")
	f("12", "")
	f("soon", "")
	f("", "")
}

func FuzzJSONL(f *testing.F) {
	f.Add("{\"id\":\"1\",\"text\":\"a\",\"nps\":9}\n\nnull\n{\"text\":5}")
	f.Add("{\"id\":{},\"metadata\":[1],\"scores\":{\"nps\":\"x\"}}\r\n{\"collected_at\":\"9999999999\"}")
	f.Fuzz(func(t *testing.T, input string) {
		o := Options{Zone: hanoi, Warn: func(int, string) {}}
		x := newObjects(reader(input), o)
		lines := strings.Split(input, "\n")
		want := 0
		for _, l := range lines {
			if strings.Trim(l, " \t\r\n\v\f\u0085\u00A0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200A\u2028\u2029\u202F\u205F\u3000") != "" {
				want++
			}
		}
		got := 0
		for {
			line, raw, err := x.Next()
			if err != nil {
				break
			}
			got++
			if strings.TrimRight(lines[line.N-1], "\r") != string(raw) {
				t.Errorf("line %d: raw is %q", line.N, raw)
			}
			check(t, line)
		}
		if got != want {
			t.Errorf("%d rows out of %d", got, want)
		}
	})
}

func FuzzCSV(f *testing.F) {
	f.Add("id,text,date\n1,\"a\nb\",31/01/2026\n2,\"c\n\n,,\n")
	f.Add("sep=;\nNội dung;Điểm\n\"a\"\"b\" x\";5\r\n\"\";4/5\r\n")
	f.Add("a\tb\r\n\"\r\n\"\t1")
	f.Fuzz(func(t *testing.T, input string) {
		// Every byte is in one row, or ends one.
		s := splitter{r: reader(input), delimiter: ',', line: 1}
		rest, line := input, 1
		for {
			w, err := s.next()
			if err != nil {
				break
			}
			if w.line != line {
				t.Fatalf("row at line %d, want %d", w.line, line)
			}
			after, ok := strings.CutPrefix(rest, string(w.raw))
			if !ok {
				t.Fatalf("row %q is not at %q", w.raw, rest)
			}
			end := len(after) - len(strings.TrimLeft(after, "\r\n"))
			if i := strings.IndexByte(after[:end], '\n'); i >= 0 {
				end = i + 1
			}
			line += strings.Count(rest[:len(rest)-len(after)+end], "\n")
			rest = after[end:]
		}
		if rest != "" {
			t.Errorf("%q was not given out", rest)
		}
		r, err := New("a.csv", strings.NewReader(input), Options{})
		if err != nil {
			return
		}
		last := 0
		for {
			line, _, err := r.Next()
			if err != nil {
				break
			}
			if line.N <= last {
				t.Errorf("line %d after line %d", line.N, last)
			}
			last = line.N
			check(t, line)
		}
	})
}

// check holds of every row: a draft has an id, and Validate can judge it.
func check(t *testing.T, line feedback.Line) {
	t.Helper()
	if line.Err != nil {
		if line.Err.Message == "" {
			t.Errorf("line %d is refused without a reason", line.N)
		}
		return
	}
	if line.Draft.ID == "" {
		t.Errorf("line %d has no id", line.N)
	}
	if _, err := line.Draft.Payload(); err != nil {
		t.Errorf("line %d: %v", line.N, err)
	}
	line.Draft.Validate()
}

func reader(s string) *bufio.Reader { return bufio.NewReaderSize(strings.NewReader(s), sampleSize) }
