package insight

import (
	"math"
	"slices"
	"strings"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/thau-cx/thau/stats"
)

// Book is what is known of a group of accounts in a period: who came and went, and what signals add up to.
type Book struct {
	Months       float64 // length of the period
	AtStart      int     // accounts at its beginning
	Lost         int     // of those, gone by its end
	Acquired     int     // accounts that came in it
	LostAcquired int     // of those, gone by its end
	Watched      float64 // months that all its accounts were there, for the lifespan
	Accounts     int     // there at some time of the period

	Revenue     float64
	Orders      float64
	OutOfPolicy float64 // orders on terms outside the policy
	Cost        float64 // of serving them but for support
	SupportCost float64 // beside production: quality assurance and customer service
	Complaints  int
	Causes      map[string]int // of the complaints

	Renewals, Upsells, CrossSells float64

	Products  []float64 // used by each account of which it is known
	Adoptions []float64 // of each of those of which it is known: used/suitable, 0–1

	HasRevenue, HasOrders, HasCost, HasSupportCost, HasOutOfPolicy, HasExpansion bool // a signal of that kind was sent
}

// Business are the figures of a Book. What its signals were not sent for is absent.
type Business struct {
	Accounts    int          `json:"accounts"`
	Churn       Churn        `json:"churn"`
	CLV         *Lifetime    `json:"clv,omitempty"`
	Revenue     *float64     `json:"revenue,omitempty"`
	DealSize    *float64     `json:"deal_size,omitempty"`    // revenue / sales
	SupportCost *float64     `json:"support_cost,omitempty"` // an account and month
	Profit      *float64     `json:"profit,omitempty"`       // revenue − costs
	CPR         *Complaints  `json:"cpr,omitempty"`
	NPU         *Products    `json:"npu,omitempty"`
	OPO         *OutOfPolicy `json:"opo,omitempty"`
	Expansion   *Expansion   `json:"expansion,omitempty"`
}

// Expansion is what happens where value rises along the journey.
type Expansion struct {
	Renewals   float64 `json:"renewals"`
	Upsells    float64 `json:"upsells"`
	CrossSells float64 `json:"cross_sells"`
}

// Churn is the share of customers who left, by the standard formula and by the one of those acquired.
type Churn struct {
	Rate            float64  `json:"rate"` // lost in the period / customers at its start
	Low             float64  `json:"low"`
	High            float64  `json:"high"`
	Lost            int      `json:"lost"`
	AtStart         int      `json:"at_start"`
	Acquired        int      `json:"acquired"`
	AcquiredRate    *float64 `json:"acquired_rate,omitempty"` // all lost in the period / customers acquired in it: no share, and comparable only with itself
	AcquiredFormula string   `json:"acquired_formula"`
}

// Lifetime is the value of a customer: value a month × lifespan in months, the lifespan being the months watched for each customer lost.
type Lifetime struct {
	CLV           float64 `json:"clv"`
	Low           float64 `json:"low"` // by the interval of the lifespan
	High          float64 `json:"high,omitempty"`
	ValuePerMonth float64 `json:"value_per_month"`
	Months        float64 `json:"lifespan_months"`
	AtLeast       bool    `json:"at_least,omitempty"` // nobody left: CLV is its lower bound
}

// Complaints are complaints per revenue, which makes customers of different size comparable.
type Complaints struct {
	CPR    float64        `json:"cpr"` // per million of the currency
	Low    float64        `json:"low"`
	High   float64        `json:"high"`
	N      int            `json:"n"`
	Causes map[string]int `json:"causes"`
}

// Products are how many products accounts use, and how much of what suits them.
type Products struct {
	Mean     float64        `json:"mean"`
	Low      float64        `json:"low"`
	High     float64        `json:"high"`
	N        int            `json:"n"`
	Adoption *float64       `json:"adoption,omitempty"` // mean of used/suitable
	Shares   map[string]int `json:"shares,omitempty"`   // accounts that use all, half, a third or less of what suits them
}

// OutOfPolicy are orders on terms outside the policy.
type OutOfPolicy struct {
	Orders float64 `json:"orders"`
	Share  float64 `json:"share"` // of all orders, where those are known
	Low    float64 `json:"low"`
	High   float64 `json:"high"`
}

// The causes of complaints.
const (
	CauseCustomer = "difficult_customer"
	CauseSupport  = "support"
	CauseProduct  = "product_misfit"
	CauseOther    = "other"
)

// causes are by what topics begin with.
var causes = map[string]string{
	"support": CauseSupport, "staff": CauseSupport, "onboarding": CauseSupport, "service": CauseSupport, "communication": CauseSupport,
	"delivery": CauseSupport, "refund": CauseSupport, "billing": CauseSupport, "payment": CauseSupport, "warranty": CauseSupport,
	"product": CauseProduct, "app": CauseProduct, "feature": CauseProduct, "price": CauseProduct, "performance": CauseProduct, "usability": CauseProduct,
}

// CauseOf gives the cause of a complaint: what a person tagged ("cause:…", or the cause itself), else what its topics are about, the first
// that tells; a topic of support before one of the product, for support can be mended sooner.
func CauseOf(topics, tags []string) string {
	for _, tag := range tags {
		tag = strings.TrimPrefix(tag, "cause:")
		if slices.Contains([]string{CauseCustomer, CauseSupport, CauseProduct, CauseOther}, tag) {
			return tag
		}
	}
	found := CauseOther
	for _, topic := range topics {
		top, _, _ := strings.Cut(topic, ".")
		switch causes[top] {
		case CauseSupport:
			return CauseSupport
		case CauseProduct:
			found = CauseProduct
		}
	}
	return found
}

// perMillion is the unit of complaints per revenue: a customer of 100 million complains more than one of 50.
const perMillion = 1e6

// Compute gives the figures of a book.
func (b Book) Compute(confidence float64) Business {
	r := Business{Accounts: b.Accounts, Churn: b.churn(confidence)}
	if b.HasRevenue {
		r.Revenue = ref(b.Revenue)
		if b.Months > 0 && b.Watched > 0 {
			r.CLV = b.lifetime(confidence)
		}
		if b.HasOrders && b.Orders > 0 {
			r.DealSize = ref(b.Revenue / b.Orders)
		}
		if b.HasCost || b.HasSupportCost {
			r.Profit = ref(b.Revenue - b.Cost - b.SupportCost)
		}
		if b.Revenue > 0 {
			low, high := poisson(b.Complaints, confidence)
			unit := perMillion / b.Revenue
			r.CPR = &Complaints{CPR: figure(float64(b.Complaints) * unit), Low: figure(low * unit), High: figure(high * unit), N: b.Complaints, Causes: b.Causes}
			if r.CPR.Causes == nil {
				r.CPR.Causes = map[string]int{}
			}
		}
	}
	if b.HasSupportCost && b.Watched > 0 {
		r.SupportCost = ref(b.SupportCost / b.Watched)
	}
	if len(b.Products) > 0 {
		r.NPU = b.products(confidence)
	}
	if b.HasExpansion {
		r.Expansion = &Expansion{b.Renewals, b.Upsells, b.CrossSells}
	}
	if b.HasOutOfPolicy {
		o := &OutOfPolicy{Orders: b.OutOfPolicy, High: 1}
		if b.Orders > 0 {
			o.Share = figure(min(b.OutOfPolicy/b.Orders, 1))
			w := stats.WilsonMean(b.OutOfPolicy/b.Orders, int(b.Orders), confidence)
			o.Low, o.High = figure(w.Low), figure(w.High)
		}
		r.OPO = o
	}
	return r
}

func (b Book) churn(confidence float64) Churn {
	w := stats.Wilson(b.Lost, b.AtStart, confidence)
	c := Churn{Low: figure(w.Low), High: figure(w.High), Lost: b.Lost, AtStart: b.AtStart, Acquired: b.Acquired, AcquiredFormula: "lost in the period / acquired in the period"}
	if b.AtStart > 0 {
		c.Rate = figure(float64(b.Lost) / float64(b.AtStart))
	}
	if b.Acquired > 0 {
		c.AcquiredRate = ref(float64(b.Lost+b.LostAcquired) / float64(b.Acquired))
	}
	return c
}

// lifetime takes departures as a Poisson process: the lifespan is the months watched by the number lost, and its interval that number's.
func (b Book) lifetime(confidence float64) *Lifetime {
	l := &Lifetime{ValuePerMonth: figure(b.Revenue / b.Watched)}
	lost := b.Lost + b.LostAcquired
	low, high := poisson(lost, confidence)
	l.Low = figure(l.ValuePerMonth * b.Watched / high)
	if lost == 0 {
		l.AtLeast, l.Months = true, figure(b.Watched/high)
		l.CLV = l.Low
		return l
	}
	l.Months = figure(b.Watched / float64(lost))
	l.CLV = figure(l.ValuePerMonth * b.Watched / float64(lost))
	l.High = figure(l.ValuePerMonth * b.Watched / low)
	return l
}

func (b Book) products(confidence float64) *Products {
	weighted := func(values []float64) (out []stats.Weighted) {
		for _, v := range values {
			out = append(out, stats.Weighted{Value: v, N: 1})
		}
		return out
	}
	mean, n := stats.Mean(weighted(b.Products))
	p := &Products{Mean: figure(mean), Low: figure(mean), High: figure(mean), N: n}
	if i, ok := stats.MeanInterval(weighted(b.Products), confidence); ok {
		p.Low, p.High = figure(max(i.Low, 0)), figure(i.High)
	}
	if len(b.Adoptions) > 0 {
		share, _ := stats.Mean(weighted(b.Adoptions))
		p.Adoption = ref(share)
		p.Shares = map[string]int{"all": 0, "half": 0, "third": 0, "less": 0}
		for _, a := range b.Adoptions {
			switch {
			case a >= 1:
				p.Shares["all"]++
			case a >= 0.5:
				p.Shares["half"]++
			case a >= 1.0/3-1e-9:
				p.Shares["third"]++
			default:
				p.Shares["less"]++
			}
		}
	}
	return p
}

// poisson gives the exact interval of the mean of a Poisson count (Garwood 1936), by quantiles of the gamma distribution.
func poisson(n int, confidence float64) (low, high float64) {
	tail := (1 - cutOr(confidence, 0.95)) / 2
	if n > 0 {
		low = distuv.Gamma{Alpha: float64(n), Beta: 1}.Quantile(tail)
	}
	return low, distuv.Gamma{Alpha: float64(n + 1), Beta: 1}.Quantile(1 - tail)
}

// ref gives a figure that may be absent.
func ref(v float64) *float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil
	}
	v = figure(v)
	return &v
}
