package feedback

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"github.com/thau-cx/thau/analyzer"
	"github.com/thau-cx/thau/analyzer/learn"
	"github.com/thau-cx/thau/lexicons"
)

// Service leads requests through the rooms: it validates, analyzes and stores, keeps the index following the store, and answers
// questions that need several rooms. It is safe for concurrent use.
type Service struct {
	store    Store
	index    Index
	analyzer atomic.Pointer[analyzer.Analyzer]
	lexicon  *lexicons.Lexicon // below the overlays
	laying   sync.Mutex        // one change of the overlays at a time
	// behaviours are what a learned overlay must not break.
	behaviours []learn.Behaviour
	// sentences gives what a learned sentiment is rehearsed on.
	sentences  func() ([]learn.Example, error)
	now        func() time.Time
	zone       *time.Location
	attributes []string // declared
	log        *slog.Logger
	policies   policyCache
	rules      rulesCache

	assessing  chan struct{} // somebody waits for standings
	refreshing sync.Mutex    // held while standings are computed
	tickets    ticketsSeen

	wake  chan struct{} // something was stored
	hurry chan struct{} // somebody waits for search to know it
	work  chan struct{} // a job was asked for

	clearing chan struct{} // held while search and files are cleared of what was erased
	unclear  chan struct{} // they could not be

	mu      sync.Mutex
	indexed chan struct{} // closed and replaced each time the mark moves
	lastErr error         // why the index does not follow, nil while it does
}

// Config is what a Service is made of. Index may be nil where nothing searches. Lexicon is what the Analyzer reads with, over which the
// overlays of the store are laid; nil where none can be. Now, Zone and Log have defaults: the system clock,
// Asia/Ho_Chi_Minh and no log.
type Config struct {
	Store    Store
	Index    Index
	Analyzer *analyzer.Analyzer
	Lexicon  *lexicons.Lexicon
	// Behaviours are the cases that an overlay must not break to be accepted.
	Behaviours []learn.Behaviour
	// Sentences gives labelled sentences of no trade that a learned sentiment is rehearsed on; nil for none.
	Sentences func() ([]learn.Example, error)
	Now       func() time.Time
	Zone      *time.Location
	// Attributes are the declared ones: those that rollups count by and drivers are adjusted for.
	Attributes []string
	Log        *slog.Logger
}

// NewService joins the rooms.
func NewService(c Config) (*Service, error) {
	s := &Service{
		store: c.Store, index: c.Index, lexicon: c.Lexicon, behaviours: c.Behaviours, sentences: c.Sentences, now: c.Now, zone: c.Zone, attributes: c.Attributes, log: c.Log,
		wake: make(chan struct{}, 1), hurry: make(chan struct{}, 1), work: make(chan struct{}, 1), clearing: make(chan struct{}, 1), unclear: make(chan struct{}, 1), indexed: make(chan struct{}), assessing: make(chan struct{}, 1),
	}
	s.analyzer.Store(c.Analyzer)
	if s.now == nil {
		s.now = time.Now
	}
	if s.zone == nil {
		zone, err := time.LoadLocation("Asia/Ho_Chi_Minh")
		if err != nil {
			return nil, err
		}
		s.zone = zone
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	return s, nil
}

// Zone gives the workspace's time zone, which defines day, week and month.
func (s *Service) Zone() *time.Location { return s.zone }

// Analyze reads texts, in order, on all cores.
func (s *Service) Analyze(inputs []analyzer.Input) []analyzer.Analysis {
	a := s.analyzer.Load()
	out := make([]analyzer.Analysis, len(inputs))
	each(len(inputs), func(i int) { out[i] = a.Analyze(inputs[i]) })
	return out
}

// AppendAnalysis reads one text and appends its Analysis as JSON.
func (s *Service) AppendAnalysis(dst []byte, in analyzer.Input) []byte {
	return s.analyzer.Load().AppendAnalysis(dst, in)
}

// Engine names what analyzes here.
func (s *Service) Engine() analyzer.Engine { return s.analyzer.Load().Engine() }

// each calls f for 0 … n−1 on all cores and returns when every call has. A few calls are not worth a goroutine.
func each(n int, f func(i int)) {
	workers := min(runtime.GOMAXPROCS(0), n/8)
	if workers < 2 {
		for i := range n {
			f(i)
		}
		return
	}
	var wg sync.WaitGroup
	const stride = 16
	starts := make(chan int, n/stride+1)
	for i := 0; i < n; i += stride {
		starts <- i
	}
	close(starts)
	for range workers {
		wg.Go(func() {
			for lo := range starts {
				for i := lo; i < min(lo+stride, n); i++ {
					f(i)
				}
			}
		})
	}
	wg.Wait()
}

// SubmitOptions go with a single submission.
type SubmitOptions struct {
	IdempotencyKey string // a repeat of the same request gives the same record; another payload is CodeIdempotencyConflict
	WaitIndexed    bool   // answer when search finds it
}

// Submit accepts one draft and gives the record as it now is. The error is an *Error of the faults' code where the draft is refused;
// several faults are joined.
func (s *Service) Submit(ctx context.Context, d Draft, o SubmitOptions) (Record, Result, error) {
	rec, faults := s.prepare(d)
	if len(faults) > 0 {
		return Record{}, Result{ID: d.ID, Status: Rejected, Err: faults[0]}, Join(faults)
	}
	rec.Idempotency = o.IdempotencyKey
	results, err := s.store.Put(ctx, []Record{rec})
	if err != nil {
		return Record{}, Result{}, err
	}
	res := results[0]
	if res.Status == Rejected {
		return Record{}, res, res.Err
	}
	s.stored()
	s.overtaken(ctx, []Record{rec})
	if o.WaitIndexed {
		if err := s.WaitIndexed(ctx, res.Seq); err != nil {
			return Record{}, res, err
		}
	}
	if res.Status == Created { // as it was made; nobody else has touched it
		rec.Seq = res.Seq
		return rec, res, nil
	}
	got, err := s.store.Get(ctx, res.ID)
	if err != nil {
		return Record{}, res, err
	}
	if len(got) == 0 {
		return Record{}, res, Errorf(CodeNotFound, "id", "record %s was deleted meanwhile", quote(res.ID))
	}
	return got[0], res, nil
}

// prepare validates and analyzes a draft.
func (s *Service) prepare(d Draft) (Record, []*Error) {
	payload, err := d.Payload()
	if err != nil {
		var e *Error
		errors.As(err, &e)
		return Record{}, []*Error{e}
	}
	if d.Scores != nil { // Validate fills in scales; the caller's map stays as it is
		scores := make(map[string]Score, len(d.Scores))
		for k, v := range d.Scores {
			scores[k] = v
		}
		d.Scores = scores
	}
	if d.Ticket != nil {
		t := *d.Ticket
		d.Ticket = &t
	}
	if faults := d.Validate(); len(faults) > 0 {
		return Record{}, faults
	}
	now := s.now().UTC().Truncate(time.Millisecond)
	if d.ID == "" {
		id, err := uuid.NewV7()
		if err != nil {
			return Record{}, []*Error{{Code: CodeInternal, Message: "no id could be made", Err: err}}
		}
		d.ID = id.String()
	}
	if d.CollectedAt == nil {
		d.CollectedAt = &now
	}
	return Record{
		Draft: d, ReceivedAt: now, ChangedAt: now, Payload: payload,
		Analysis: s.analyzer.Load().Analyze(d.input()),
	}, nil
}

// Join makes one error of several faults: the first one's code, with all of them as its parts.
func Join(faults []*Error) error {
	if len(faults) == 1 {
		return faults[0]
	}
	errs := make([]error, len(faults))
	for i, f := range faults {
		errs[i] = f
	}
	return errors.Join(errs...)
}

// Get gives a record, or CodeNotFound.
func (s *Service) Get(ctx context.Context, id string) (Record, error) {
	got, err := s.store.Get(ctx, id)
	if err != nil {
		return Record{}, err
	}
	if len(got) == 0 {
		return Record{}, Errorf(CodeNotFound, "id", "there is no record %s", quote(id))
	}
	return got[0], nil
}

// Delete removes a record, or CodeNotFound.
func (s *Service) Delete(ctx context.Context, id string) error {
	if _, err := s.store.Delete(ctx, id, s.now().UTC()); err != nil {
		return err
	}
	s.stored()
	return nil
}

// Correct records what a person says of a record's labels. When it was, what had read the
// record and what that had said are filled in.
func (s *Service) Correct(ctx context.Context, id string, c Correction) (Record, error) {
	rec, err := s.Get(ctx, id)
	if err != nil {
		return Record{}, err
	}
	if err := c.validate(); err != nil {
		return Record{}, err
	}
	c.At, c.Engine, c.Predicted, c.Confidence = s.now().UTC().Truncate(time.Millisecond), rec.Analysis.Engine, rec.Predicted(), rec.confidence()
	rec, err = s.store.Correct(ctx, id, c)
	if err == nil {
		s.stored()
	}
	return rec, err
}

func (c *Correction) validate() error {
	switch {
	case c.By == "":
		return Errorf(CodeInvalid, "by", "says who corrects and is missing")
	case len(c.By) > MaxID:
		return Errorf(CodeInvalid, "by", "has %d bytes, at most %d are taken", len(c.By), MaxID)
	case c.Tags == nil && c.Sentiment == "" && c.Topics == nil && c.Intents == nil && c.Urgency == "":
		return Errorf(CodeInvalid, "", "a correction changes tags, sentiment, topics, intents or urgency")
	case c.Sentiment != "" && !slices.Contains([]string{analyzer.Negative, analyzer.Neutral, analyzer.Positive}, c.Sentiment):
		return Errorf(CodeInvalid, "sentiment", "%s is none of negative, neutral, positive", quote(c.Sentiment))
	case c.Urgency != "" && !slices.Contains([]string{analyzer.UrgencyLow, analyzer.UrgencyNormal, analyzer.UrgencyHigh, analyzer.UrgencyCritical}, c.Urgency):
		return Errorf(CodeInvalid, "urgency", "%s is none of low, normal, high, critical", quote(c.Urgency))
	}
	if c.Tags != nil {
		if err := checkLabels("tags", *c.Tags); err != nil {
			return err
		}
	}
	for _, change := range []struct {
		field  string
		labels *LabelChange
	}{{"topics", c.Topics}, {"intents", c.Intents}} {
		if change.labels == nil {
			continue
		}
		if err := checkLabels(change.field+".add", change.labels.Add); err != nil {
			return err
		}
		if err := checkLabels(change.field+".remove", change.labels.Remove); err != nil {
			return err
		}
	}
	return nil
}

// checkLabels checks labels that a person gives.
func checkLabels(field string, labels []string) error {
	if len(labels) > MaxTags {
		return Errorf(CodeInvalid, field, "are %d, at most %d are taken", len(labels), MaxTags)
	}
	for i, l := range labels {
		if l == "" || len(l) > MaxLabel {
			return Errorf(CodeInvalid, fmt.Sprintf("%s[%d]", field, i), "is empty or longer than %d bytes", MaxLabel)
		}
	}
	return nil
}

// Search gives one page of the records that match.
func (s *Service) Search(ctx context.Context, q Query) (Page, error) {
	if s.index == nil {
		return Page{}, Errorf(CodeUnavailable, "", "search is not running")
	}
	if q.Excerpt != 0 && (q.Excerpt < leastExcerpt || q.Excerpt > mostExcerpt) {
		return Page{}, Errorf(CodeInvalid, "excerpt", "takes %d to %d", leastExcerpt, mostExcerpt)
	}
	hits, err := s.index.Search(ctx, q)
	if err != nil {
		return Page{}, err
	}
	page := Page{Total: hits.Total, Next: hits.Next, Stale: hits.Stale, Facets: hits.Facets, ReadAs: hits.ReadAs}
	if page.Items, err = s.items(ctx, q, hits.IDs); err != nil {
		return Page{}, err
	}
	if len(hits.Related) > 0 {
		q.Text = hits.ReadAs
		page.Related, err = s.items(ctx, q, hits.Related)
	}
	return page, err
}

// items gives the records of ids that are still there, with the places that match.
func (s *Service) items(ctx context.Context, q Query, ids []string) ([]Item, error) {
	records, err := s.store.Get(ctx, ids...)
	if err != nil {
		return nil, err
	}
	items := make([]Item, len(records))
	for i := range records {
		items[i] = Item{Record: records[i], Spans: s.index.Highlight(q, &records[i])}
		if q.Excerpt > 0 {
			e := ExcerptOf(&records[i], items[i].Spans, q.Excerpt)
			items[i].Excerpt = &e
		}
	}
	return items, nil
}
