package intake

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/thau-cx/thau/feedback"
)

// column says where the cells of a column go.
type column struct {
	field  string // a field of a draft, "score", "attribute" or "metadata"
	name   string // of the score, attribute or metadata
	header string // as it stands in the file, no two alike
	order  dateOrder
}

// aliases are the names that the columns of a field go by, the likeliest first: of two columns for one field the one named earlier
// here is taken. They are written as plain gives them: lower case, without diacritics, one blank between words.
var aliases = []struct {
	field string
	names []string
}{
	{"id", []string{"id", "feedback id", "response id", "responseid", "review id", "reviewid", "submission id", "comment id", "ticket id", "case id",
		"record id", "ma phan hoi", "ma danh gia", "ma gop y", "ma phieu", "ma ticket", "ma yeu cau"}},
	{"text", []string{"text", "comment", "comments", "feedback", "review text", "review body", "review content", "review", "content", "message", "body",
		"verbatim", "description", "answer", "response", "remark", "remarks", "suggestion", "opinion", "noi dung danh gia", "noi dung phan hoi",
		"noi dung gop y", "noi dung binh luan", "noi dung", "binh luan", "phan hoi", "gop y", "nhan xet", "y kien", "y kien khach hang", "cam nhan",
		"loi nhan", "tin nhan", "mo ta"}},
	{"title", []string{"title", "subject", "headline", "summary", "review title", "tieu de", "chu de"}},
	{"source", []string{"source", "nguon"}},
	{"channel", []string{"channel", "kenh", "kenh lien he", "platform", "nen tang"}},
	{"lang", []string{"lang", "language", "locale", "reviewer language", "ngon ngu"}},
	{"collected_at", []string{"collected at", "submitted at", "timestamp", "created at", "submit date", "submission date", "review date", "response date",
		"date", "datetime", "time", "created", "posted at", "dau thoi gian", "ngay danh gia", "ngay phan hoi", "ngay gui", "ngay tao", "thoi gian",
		"thoi gian gui", "thoi gian tao", "ngay", "ngay gio"}},
	{"event_at", []string{"event at", "event date", "visit date", "ngay su dung", "ngay giao dich"}},
	{"updated_at", []string{"updated at", "last updated", "last update", "modified at", "ngay cap nhat", "cap nhat luc"}},
	{"account_id", []string{"account id", "account", "company id", "company", "organization id", "organization", "organisation", "ma cong ty", "cong ty",
		"ma doanh nghiep", "doanh nghiep"}},
	{"customer_id", []string{"customer id", "user id", "contact id", "respondent id", "client id", "ma kh", "ma khach hang", "customer", "user", "khach hang",
		"email", "email address", "dia chi email", "phone", "phone number", "sdt", "so dien thoai", "dien thoai"}},
	{"thread_id", []string{"thread id", "conversation id", "thread", "ma hoi thoai"}},
	{"touchpoint", []string{"touchpoint", "journey stage", "stage", "diem cham", "giai doan", "hanh trinh"}},
	{"nps", []string{"nps", "nps score", "diem nps", "likelihood to recommend", "recommend score", "kha nang gioi thieu", "muc do gioi thieu"}},
	{"csat", []string{"csat", "csat score", "satisfaction", "satisfaction score", "diem csat", "muc do hai long", "hai long"}},
	{"ces", []string{"ces", "ces score", "customer effort score", "effort score", "diem ces", "muc do de dang"}},
	{"rating", []string{"rating", "star rating", "stars", "star", "review rating", "overall rating", "score", "so sao", "sao", "diem danh gia", "diem so", "diem",
		"xep hang"}},
	{"either", []string{"danh gia"}}, // a text or stars, by what is in it
	{"tags", []string{"tags", "tag", "labels", "nhan", "the"}},
	{"ticket.status", []string{"ticket status", "trang thai ticket"}},
	{"ticket.priority", []string{"ticket priority", "do uu tien"}},
	{"ticket.opened_at", []string{"opened at", "ticket opened at"}},
	{"ticket.resolved_at", []string{"resolved at", "closed at", "solved at", "ticket resolved at"}},
}

// segments are the columns that become attributes, to filter and group by.
var segments = map[string]string{
	"plan": "plan", "segment": "segment", "region": "region", "city": "city", "country": "country", "branch": "branch", "store": "store",
	"product": "product", "app version": "app_version", "app version name": "app_version", "device": "device", "job title": "job_title", "location": "location",
	"chi nhanh": "branch", "san pham": "product", "goi": "plan", "goi cuoc": "plan", "goi dich vu": "plan", "khu vuc": "region", "vung mien": "region",
	"thanh pho": "city", "tinh thanh": "city", "cua hang": "store", "phan khuc": "segment", "nhom khach hang": "segment", "quoc gia": "country",
}

// mapColumns decides where each column goes, by its header and a sample of its cells.
func mapColumns(header []string, sample []row) []column {
	columns := make([]column, len(header))
	plain := make([]string, len(header))
	names := map[string]int{}
	for i, h := range header {
		h = strings.TrimSpace(h)
		if h == "" {
			h = fmt.Sprintf("column %d", i+1)
		}
		if names[h]++; names[h] > 1 {
			h = fmt.Sprintf("%s %d", h, names[h])
		}
		columns[i] = column{field: "metadata", name: h, header: h}
		plain[i] = plainName(h)
	}
	for i := range columns {
		columns[i].named(plain[i])
	}
	take := func(field string, names []string) {
		if slices.ContainsFunc(columns, func(c column) bool { return c.is(field) }) {
			return
		}
		for _, name := range names {
			for i := range columns {
				if plain[i] == name && columns[i].field == "metadata" {
					columns[i].become(field)
					return
				}
			}
		}
	}
	for _, a := range aliases {
		field := a.field
		if field == "either" {
			field = "text"
			if i := slices.Index(plain, a.names[0]); i >= 0 && mostlyScores(sample, i) || hasText(columns) {
				field = "rating"
			}
		}
		take(field, a.names)
	}
	if slices.ContainsFunc(plain, func(p string) bool { return strings.Contains(p, "ticket") }) {
		take("ticket.status", []string{"status", "state", "trang thai", "tinh trang"})
		take("ticket.priority", []string{"priority", "muc do uu tien", "uu tien"})
	}
	for i := range columns {
		if strings.HasSuffix(columns[i].field, "_at") {
			columns[i].order = vote(cellsOf(sample, i))
		}
	}
	return columns
}

// named takes the headers that say themselves where they go: a field as a record spells it, csat:staff, attr.plan, scores.nps,
// metadata.note, ticket.status; and the segments.
func (c *column) named(plain string) {
	h := strings.ToLower(c.name)
	for _, prefix := range []string{"attr.", "attributes.", "attribute."} {
		if name, ok := strings.CutPrefix(h, prefix); ok && name != "" {
			c.field, c.name = "attribute", c.name[len(prefix):]
			return
		}
	}
	if name, ok := strings.CutPrefix(h, "metadata."); ok && name != "" {
		c.field, c.name = "metadata", c.name[len("metadata."):]
		return
	}
	h = strings.TrimPrefix(h, "scores.")
	if _, _, ok := feedback.Scales(h); ok {
		c.field, c.name = "score", h
		return
	}
	for _, a := range aliases {
		if a.field == h && a.field != "either" {
			c.become(h)
			return
		}
	}
	if name, ok := segments[plain]; ok {
		c.field, c.name = "attribute", name
	}
}

// become gives a column its field.
func (c *column) become(field string) {
	if _, _, ok := feedback.Scales(field); ok {
		c.field, c.name = "score", field
		return
	}
	c.field = field
}

// is tells whether a column has a field of an alias.
func (c *column) is(field string) bool {
	return c.field == field || c.field == "score" && c.name == field
}

func hasText(columns []column) bool {
	return slices.ContainsFunc(columns, func(c column) bool { return c.field == "text" })
}

// hasContent tells whether any column can make a draft.
func hasContent(columns []column) bool {
	return slices.ContainsFunc(columns, func(c column) bool {
		return c.field == "text" || c.field == "title" || c.field == "score" || strings.HasPrefix(c.field, "ticket.")
	})
}

// mostlyScores tells whether a column holds ratings rather than words.
func mostlyScores(sample []row, i int) bool {
	scores, all := 0, 0
	for _, v := range cellsOf(sample, i) {
		all++
		if _, ok := parseScore("rating", v); ok {
			scores++
		}
	}
	return all > 0 && scores*10 >= all*9
}

// cellsOf gives the cells of a column that have something in them.
func cellsOf(sample []row, i int) []string {
	var out []string
	for _, w := range sample {
		if i < len(w.cells) && strings.TrimSpace(w.cells[i]) != "" {
			out = append(out, w.cells[i])
		}
	}
	return out
}

// plainName gives a header as aliases are written.
func plainName(h string) string {
	var b strings.Builder
	blank := false
	for _, r := range norm.NFD.String(strings.ToLower(h)) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			if blank && b.Len() > 0 {
				b.WriteByte(' ')
			}
			blank = false
			if r == 'đ' {
				r = 'd'
			}
			b.WriteRune(r)
		default:
			blank = true
		}
	}
	return b.String()
}

// read lays a cell that has something in it into a draft.
func (c *column) read(d *feedback.Draft, cell string, o *Options, line int) *feedback.Error {
	switch c.field {
	case "id":
		d.ID = cell
	case "text":
		d.Text = cell
	case "title":
		d.Title = cell
	case "source":
		if s := strings.ToLower(cell); slices.Contains(feedback.Sources, s) {
			d.Source = s
		} else {
			o.Warn(line, strconv.Quote(short(cell))+" is no source and was kept in metadata")
			keep(d, c.header, cell)
		}
	case "channel":
		d.Channel = cell
	case "lang":
		d.Lang = cell
	case "account_id":
		d.AccountID = cell
	case "customer_id":
		d.CustomerID = cell
	case "thread_id":
		d.ThreadID = cell
	case "touchpoint":
		d.Touchpoint = cell
	case "tags":
		for t := range strings.FieldsFuncSeq(cell, func(r rune) bool { return r == ',' || r == ';' || r == '|' }) {
			if t = strings.TrimSpace(t); t != "" {
				d.Tags = append(d.Tags, t)
			}
		}
	case "collected_at":
		return c.moment(&d.CollectedAt, cell, o, line)
	case "event_at":
		return c.moment(&d.EventAt, cell, o, line)
	case "updated_at":
		return c.moment(&d.UpdatedAt, cell, o, line)
	case "ticket.status":
		ticket(d).Status = cell
	case "ticket.priority":
		ticket(d).Priority = cell
	case "ticket.opened_at":
		return c.moment(&ticket(d).OpenedAt, cell, o, line)
	case "ticket.resolved_at":
		return c.moment(&ticket(d).ResolvedAt, cell, o, line)
	case "score":
		if s, ok := parseScore(c.name, cell); ok {
			setScore(d, c.name, s)
		} else {
			o.Warn(line, fmt.Sprintf("%s %q is no score on its usual scale and was kept in metadata", c.name, short(cell)))
			keep(d, c.header, cell)
		}
	case "attribute":
		if len(cell) > feedback.MaxLabel {
			keep(d, c.header, cell)
			break
		}
		if d.Attributes == nil {
			d.Attributes = map[string]string{}
		}
		if _, taken := d.Attributes[c.name]; taken {
			keep(d, c.header, cell)
			break
		}
		d.Attributes[c.name] = cell
	default:
		keep(d, c.name, cell)
	}
	return nil
}

// ticket gives the draft's ticket, which a cell of one makes.
func ticket(d *feedback.Draft) *feedback.Ticket {
	if d.Ticket == nil {
		d.Ticket = &feedback.Ticket{}
	}
	return d.Ticket
}

func (c *column) moment(into **time.Time, cell string, o *Options, line int) *feedback.Error {
	at, ok := parseTime(cell, c.order, o.Zone)
	if !ok {
		return feedback.Errorf(feedback.CodeInvalid, c.field, "%q is no date that can be read: write it like 2026-01-31 09:30 or 31/01/2026", short(cell))
	}
	if c.order == monthFirst != usesMonthFirst(cell, c.order) {
		o.Warn(line, fmt.Sprintf("%s %q has day and month the other way round than the rest of its column", c.field, short(cell)))
	}
	*into = &at
	return nil
}

// usesMonthFirst tells in which order a date was read: the column's, unless a number above 12 forbids it.
func usesMonthFirst(cell string, order dateOrder) bool {
	switch vote([]string{cell}) {
	case monthFirst:
		return true
	default:
		m := dayDate.FindStringSubmatch(cell)
		return order == monthFirst && (m == nil || atoi(m[1]) <= 12)
	}
}

// short cuts a cell for a message.
func short(s string) string {
	if len(s) <= 40 {
		return s
	}
	return strings.ToValidUTF8(s[:37], "") + "…"
}
