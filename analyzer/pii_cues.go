package analyzer

import (
	"bytes"
	"strings"
)

// cue is what the words around a number say it is.
type cue uint8

const (
	cueNone    cue = iota
	cuePhone       // a telephone number: shorter forms count too
	cueCall        // somebody is to be reached, which proves nothing but that it is no code
	cueID          // an identity number
	cueAccount     // a bank account
	cueCode        // an order, a parcel, a tax number: no personal data whatever its shape
)

// cueWord is what a word says about a number near it, by its bare form.
type cueWord struct {
	names cue
	when  cueTest
	after string // only after this word
	near  bool   // only where nothing but passing words stand between
	pass  bool   // may stand between a cue and its number
	noun  bool   // passes, and is what a code may be of: `mã đơn`
}

// cueTest is what else must hold for a word to be a cue.
type cueTest uint8

const (
	testNone     cueTest = iota
	testAccount          // `số` or `bank` before it makes it hold from afar
	testOwner            // of an order or a game it is a code
	testCode             // typed with its mark, or with what it is a code of
	testNoun             // with what it is a code of
	testUnmarked         // `minh`, not `mình`
)

var cueWords = func() map[string]cueWord {
	m := map[string]cueWord{
		"khoan": {names: cueAccount, when: testAccount, after: "tai", near: true},
		"thoai": {names: cuePhone, after: "dien"},
		"cuoc":  {names: cueID, after: "can"},
		"minh":  {names: cueID, when: testUnmarked, after: "chung", pass: true},
		"danh":  {names: cueID, after: "dinh"},
		"card":  {names: cueID, after: "id"},
		"he":    {names: cueCall, after: "lien"},
		"id":    {names: cueID, when: testOwner, near: true},
		"ma":    {names: cueCode, when: testCode, near: true},
		"van":   {names: cueCode, when: testNoun, near: true, noun: true, pass: true},
		"hoa":   {names: cueCode, when: testNoun, near: true, noun: true, pass: true},
	}
	add := func(w cueWord, words string) {
		for _, word := range strings.Fields(words) {
			m[word] = w
		}
	}
	add(cueWord{names: cuePhone}, "sdt sodt phone tel telephone mobile cellphone zalo viber whatsapp dtdd")
	add(cueWord{names: cuePhone, near: true}, "dt cell")
	add(cueWord{names: cueCall}, "goi alo lh call contact hotline text sms ring reach")
	add(cueWord{names: cueID}, "cmnd cmt cmtnd cccd passport")
	add(cueWord{names: cueAccount}, "stk sotk stknh")
	add(cueWord{names: cueAccount, when: testAccount, near: true}, "tk tknh account acc acct iban")
	add(cueWord{names: cueCode, near: true}, `order orders booking tracking invoice imei serial seri otp mst ref reference transaction ticket sku
		barcode code pnr vin case parcel shipment waybill receipt contract claim policy batch lot`)
	add(cueWord{pass: true}, `la so cua em e m mk toi t tui anh a chi c chau shop ban b nay day nhu sau duoi moi cu chinh chu thu
		is are was number numbers no num nr my our your his her the for here to on it s this from into via tu vao tien the
		nhan ngan nh tai ben vcb bidv tcb mb acb vib scb shb ocb msb tp vp vietin techcom sacom vietcom agri pvcom`)
	add(cueWord{pass: true, noun: true}, `don hang giao dich dat cho ve dong hop khach bill gd kh sp san pham buu kien tra cuu thue xac phieu lenh
		yeu cau ho thanh toan hoan coupon voucher lich kham benh vien sv sinh dang ky ship dan cong hieu cao`)
	return m
}()

// codeOwners make a code of the `id` after them.
var codeOwners = map[string]bool{
	"order": true, "transaction": true, "ticket": true, "booking": true, "tracking": true, "user": true, "device": true, "product": true,
	"game": true, "case": true, "app": true, "session": true, "request": true, "customer": true, "member": true, "employee": true,
	"driver": true, "zoom": true, "ultraview": true, "ultraviewer": true, "teamviewer": true, "item": true, "store": true, "payment": true,
	"invoice": true, "shop": true, "meeting": true, "room": true,
}

const (
	cueReach = 5  // how many words of another kind may stand between a cue and its number
	cueWalk  = 12 // how many tokens are looked at
)

// cue gives what the words before the candidate say of it.
func (c *candidate) cue() cue {
	q, _ := c.cueNear()
	return q
}

// cueNear also tells whether nothing but passing words stand between.
func (c *candidate) cueNear() (q cue, near bool) {
	g := &c.chain[c.from]
	if !g.asked {
		g.asked = true
		g.cue, g.near = c.f.cueBefore(c.field, g.start)
	}
	return g.cue, g.near
}

// cueBefore reads backwards from a byte to the nearest cue. The end of a sentence ends the search; a comma, a number or the end of a
// line counts as a word.
func (f *piiFinder) cueBefore(field uint8, at int) (q cue, near bool) {
	s := f.s
	k := f.tokenAt(field, at)
	if int(s.toks[k].start) < at && s.toks[k].kind == Word { // sđt0912345678
		return f.label(k, at), true
	}
	far, nouns := 0, 0
	for steps := 0; k > 0 && s.toks[k-1].field == field && steps < cueWalk && far <= cueReach; steps++ {
		if s.toks[k].flags&tokNewline != 0 {
			far++
		}
		k--
		t := &s.toks[k]
		switch t.kind {
		case Punct, Symbol:
			switch s.texts[field][t.start] {
			case '!', '?', ';':
				return cueNone, false
			case '.':
				if !f.abbreviates(k) {
					return cueNone, false
				}
			case ',':
				far++
			case '#':
				if steps == 0 {
					return cueCode, true
				}
			}
			continue
		case Word:
		default:
			far++
			continue
		}
		w, known := cueWords[string(s.foldKey(t))]
		q, near := f.names(k, w, nouns)
		reach := cueReach
		switch {
		case q == cueCode && nouns > 0:
			reach = 2
		case near:
			reach = 0
		}
		switch {
		case q != cueNone && far <= reach:
			return q, far == 0
		case near: // it speaks of something else, and so does what stands before it
			return cueNone, false
		}
		if w.noun {
			nouns++
		}
		if !w.pass && (known || !bytes.HasSuffix(s.fold, []byte("bank"))) {
			far++
		}
	}
	return cueNone, false
}

// names gives what word k says, and whether only of a number next to it; nouns is how many words after it a code may be of.
func (f *piiFinder) names(k int, w cueWord, nouns int) (q cue, near bool) {
	if w.names == cueNone || w.after != "" && !f.isWord(k-1, w.after) {
		return cueNone, false
	}
	t := &f.s.toks[k]
	marked := t.flags&tokMarked != 0
	switch w.when {
	case testAccount:
		first := k
		if w.after != "" {
			first--
		}
		return w.names, !f.isWord(first-1, "so") && !f.isWord(first-1, "bank")
	case testOwner:
		if k > 0 && f.s.toks[k-1].kind == Word && codeOwners[string(f.s.foldKey(&f.s.toks[k-1]))] {
			return cueCode, true
		}
	case testCode:
		if marked && string(f.s.key(t)) != "ma\x14" || !marked && nouns == 0 { // mã, not mà
			return cueNone, false
		}
	case testNoun:
		if nouns == 0 {
			return cueNone, false
		}
	case testUnmarked:
		if marked {
			return cueNone, false
		}
	}
	return w.names, w.near
}

// isWord tells whether token k is a word with this bare form.
func (f *piiFinder) isWord(k int, bare string) bool {
	return k >= 0 && f.s.toks[k].kind == Word && string(f.s.foldKey(&f.s.toks[k])) == bare
}

// abbreviates tells whether the full stop k is that of a short word: `acc no. 12345678`.
func (f *piiFinder) abbreviates(k int) bool {
	t := &f.s.toks[k]
	return k > 0 && t.flags&tokGlued != 0 && f.s.toks[k-1].kind == Word && f.s.toks[k-1].cpEnd-f.s.toks[k-1].cpStart <= 4
}

// label gives what the letters of word k say that stand before byte at.
func (f *piiFinder) label(k, at int) cue {
	t := &f.s.toks[k]
	w := cueWords[strings.ToLower(Fold(f.s.texts[t.field][t.start:at]))]
	if w.after != "" || w.noun {
		return cueNone
	}
	return w.names
}

// cueGlued tells whether the word that ends at a byte introduces a number: `sđt-0912345678` is a phone, `DH-0912345678` a code.
func (f *piiFinder) cueGlued(field uint8, at int) bool {
	k := f.tokenAt(field, at-1)
	return f.s.toks[k].kind == Word && f.label(k, at) != cueNone
}

// cueAfter gives what the words right after the candidate say: `0071001234567 là stk của em`. A cue that has a number after it speaks of
// that one.
func (c *candidate) cueAfter() cue {
	f, s := c.f, c.f.s
	far := 0
	for k := f.tokenAt(c.field, c.lastByte()-1) + 1; k < len(s.toks) && far < 2; k++ {
		t := &s.toks[k]
		if t.field != c.field || t.flags&tokNewline != 0 {
			break
		}
		switch t.kind {
		case Punct:
			if b := s.texts[c.field][t.start]; b != '(' && b != ',' && b != '-' && b != ':' && b != '=' {
				return cueNone
			}
			continue
		case Word:
		default:
			return cueNone
		}
		w := cueWords[string(s.foldKey(t))]
		if q, near := f.names(k, w, 0); (q == cueID || q == cueAccount) && !near {
			for k++; k < len(s.toks) && (s.toks[k].kind == Punct || s.toks[k].kind == Word && cueWords[string(s.foldKey(&s.toks[k]))].pass); k++ {
			}
			if k < len(s.toks) && s.toks[k].kind == Number && s.toks[k].field == c.field {
				return cueNone
			}
			return q
		}
		if !w.pass {
			far++
		}
	}
	return cueNone
}
