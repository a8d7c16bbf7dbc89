package index

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/thau-cx/thau/feedback"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m, goleak.IgnoreCurrent()) }

func TestApply(t *testing.T) {
	dir := t.TempDir()
	x := mustOpen(t, dir, options())
	if x.Mark() != 0 || mustSearch(t, x, feedback.Query{}).Total != 0 {
		t.Fatal("a new index is empty")
	}
	list := changes(10, record("a", "một"), record("b", "hai"), record("c", "ba"))
	mustApply(t, x, list)
	mustApply(t, x, list) // again
	mustApply(t, x, list[:1])
	if x.Mark() != 13 || found(t, x, "") != "c b a" {
		t.Fatalf("mark %d, %q", x.Mark(), found(t, x, ""))
	}
	mustApply(t, x, []feedback.Change{{Seq: 14, ID: "b"}, {Seq: 15, ID: "nobody"}, {Seq: 16, ID: "a", Record: changes(15, record("a", "bốn"))[0].Record}})
	mustApply(t, x, list) // an old change does not come back
	if got := found(t, x, ""); got != "a c" || found(t, x, "một hai") != "" || found(t, x, "bốn") != "a" {
		t.Fatalf("after a delete and an update: %q", got)
	}
	if err := x.Verify(context.Background()); err != nil {
		t.Fatal(err)
	}
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := x.Search(context.Background(), feedback.Query{}); feedback.CodeOf(err) != feedback.CodeUnavailable {
		t.Fatalf("search after close: %v", err)
	}
	if err := x.Apply(context.Background(), list, 13); feedback.CodeOf(err) != feedback.CodeUnavailable {
		t.Fatalf("apply after close: %v", err)
	}
	y := mustOpen(t, dir, options())
	if y.Mark() != 16 || found(t, y, "") != "a c" {
		t.Fatalf("after opening again: mark %d, %q", y.Mark(), found(t, y, ""))
	}
}

func TestSecondOpenFailsSoon(t *testing.T) {
	dir := t.TempDir()
	x := mustOpen(t, dir, options())
	mustApply(t, x, changes(0, record("a", "một")))
	start := time.Now()
	if _, err := Open(dir, options()); !errors.Is(err, errBusy) || time.Since(start) > 3*time.Second {
		t.Fatalf("%v after %v", err, time.Since(start))
	}
	if found(t, x, "") != "a" {
		t.Fatal("the first must not suffer")
	}
}

func TestRebuild(t *testing.T) {
	dir := t.TempDir()
	x := mustOpen(t, dir, options())
	list := changes(0, record("a", "một"), record("b", "hai"))
	mustApply(t, x, list)
	x.Close()

	o := options()
	o.Revision = "2"
	x = mustOpen(t, dir, o)
	if hits := mustSearch(t, x, feedback.Query{}); x.Mark() != 0 || !hits.Stale || hits.Total != 2 {
		t.Fatalf("an outdated index answers: mark %d, %+v", x.Mark(), hits)
	}
	if err := x.Apply(context.Background(), list[:1], 2); err != nil {
		t.Fatal(err)
	}
	if hits := mustSearch(t, x, feedback.Query{}); x.Mark() != 1 || !hits.Stale || hits.Total != 2 {
		t.Fatalf("halfway: mark %d, %+v", x.Mark(), hits)
	}
	x.Close()
	x = mustOpen(t, dir, o) // goes on where it was
	if hits := mustSearch(t, x, feedback.Query{}); x.Mark() != 1 || !hits.Stale || hits.Total != 2 {
		t.Fatalf("halfway, opened again: mark %d, %+v", x.Mark(), hits)
	}
	if err := x.Apply(context.Background(), list[1:], 2); err != nil {
		t.Fatal(err)
	}
	if hits := mustSearch(t, x, feedback.Query{}); x.Mark() != 2 || hits.Stale || hits.Total != 2 {
		t.Fatalf("after the swap: mark %d, %+v", x.Mark(), hits)
	}
	if dirs, _ := filepath.Glob(filepath.Join(dir, generationPrefix+"*")); len(dirs) != 1 {
		t.Fatalf("the old one is gone: %v", dirs)
	}
	for range 2 {
		if err := x.Rebuild(); err != nil {
			t.Fatal(err)
		}
	}
	if hits := mustSearch(t, x, feedback.Query{}); x.Mark() != 0 || !hits.Stale || hits.Total != 2 {
		t.Fatalf("a rebuild: mark %d, %+v", x.Mark(), hits)
	}
	mustApply(t, x, list)
	if hits := mustSearch(t, x, feedback.Query{}); x.Mark() != 2 || hits.Stale || hits.Total != 2 {
		t.Fatalf("after the rebuild: mark %d, %+v", x.Mark(), hits)
	}
	x.Close()

	o.StoreID = "another"
	x = mustOpen(t, dir, o)
	if hits := mustSearch(t, x, feedback.Query{}); x.Mark() != 0 || hits.Stale || hits.Total != 0 {
		t.Fatalf("the index of another store answers nothing: mark %d, %+v", x.Mark(), hits)
	}
}

// TestDamage damages a closed index in every way that a disk may and expects it to be found at open, and to be whole again after the
// changes were applied anew.
func TestDamage(t *testing.T) {
	segments := func(dir string) []string {
		names, err := filepath.Glob(filepath.Join(dir, generationPrefix+"*", "*.zap"))
		if err != nil || len(names) == 0 {
			t.Fatalf("no segments: %v", err)
		}
		return names
	}
	edit := func(path string, f func([]byte) []byte) {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, f(b), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	bolt := func(dir string) string {
		names, _ := filepath.Glob(filepath.Join(dir, generationPrefix+"*", rootFile))
		return names[0]
	}
	r := rand.New(rand.NewPCG(5, 6))
	var list []feedback.Change
	for i := range 300 {
		list = append(list, changes(int64(i), someRecord(r, fmt.Sprint(i)))...)
	}
	each := func(f func(b []byte) []byte) func(dir string) {
		return func(dir string) { edit(segments(dir)[0], f) }
	}
	damaged := func(t *testing.T, dir string, damage func(dir string)) *Index {
		x := mustOpen(t, dir, options())
		mustApply(t, x, list)
		x.Close()
		damage(dir)
		return mustOpen(t, dir, options())
	}
	for name, damage := range map[string]func(dir string){
		"half a segment":      each(func(b []byte) []byte { return b[:len(b)/2] }),
		"a segment of 3":      each(func(b []byte) []byte { return b[:3] }),
		"an empty segment":    each(func([]byte) []byte { return nil }),
		"a longer segment":    each(func(b []byte) []byte { return append(b, 0) }),
		"a zeroed block":      each(func(b []byte) []byte { clear(b[len(b)/3 : len(b)/3+512]); return b }),
		"a flipped byte":      each(func(b []byte) []byte { b[r.IntN(len(b))] ^= 0x40; return b }),
		"a flipped footer":    each(func(b []byte) []byte { b[len(b)-20] ^= 1; return b }),
		"a missing segment":   func(dir string) { os.Remove(segments(dir)[0]) },
		"a missing root.bolt": func(dir string) { os.Remove(bolt(dir)) },
		"an empty root.bolt":  func(dir string) { edit(bolt(dir), func([]byte) []byte { return nil }) },
		"a short root.bolt":   func(dir string) { edit(bolt(dir), func(b []byte) []byte { return b[:8192] }) },
		"a zeroed root.bolt":  func(dir string) { edit(bolt(dir), func(b []byte) []byte { clear(b[8192:]); return b }) },
		"noise in root.bolt": func(dir string) {
			edit(bolt(dir), func(b []byte) []byte {
				for i := range b {
					b[i] = byte(r.Uint32())
				}
				return b
			})
		},
	} {
		t.Run(name, func(t *testing.T) {
			x := damaged(t, t.TempDir(), damage)
			if hits := mustSearch(t, x, feedback.Query{}); x.Mark() != 0 || hits.Total != 0 || hits.Stale {
				t.Fatalf("mark %d, %+v", x.Mark(), hits)
			}
			mustApply(t, x, list)
			if hits := mustSearch(t, x, feedback.Query{}); hits.Total != len(list) || hits.Stale {
				t.Fatalf("after applying anew: %+v", hits)
			}
		})
	}
	for name, damage := range map[string]func(dir string){
		"noise in CURRENT": func(dir string) {
			edit(filepath.Join(dir, currentFile), func([]byte) []byte { return []byte("\xff/../..") })
		},
		"an empty CURRENT":  func(dir string) { edit(filepath.Join(dir, currentFile), func([]byte) []byte { return nil }) },
		"a missing CURRENT": func(dir string) { os.Remove(filepath.Join(dir, currentFile)) },
		"a half-written zap": func(dir string) {
			os.WriteFile(filepath.Join(filepath.Dir(segments(dir)[0]), "00000000ffff.zap"), []byte("half"), 0o600)
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			x := damaged(t, dir, damage)
			if hits := mustSearch(t, x, feedback.Query{}); x.Mark() != 300 || hits.Total != len(list) || hits.Stale {
				t.Fatalf("nothing is lost by it: mark %d, %+v", x.Mark(), hits)
			}
			if b, _ := os.ReadFile(filepath.Join(dir, currentFile)); !bytes.HasPrefix(b, []byte(generationPrefix)) {
				t.Fatalf("CURRENT is %q", b)
			}
		})
	}
}

func TestVerifyFindsDamage(t *testing.T) {
	x := texts(t, "một", "hai")
	var names []string
	for range 100 { // the persister may still be merging
		names, _ = filepath.Glob(filepath.Join(x.dir, generationPrefix+"*", "*.zap"))
		if len(names) == 1 {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	f, err := os.OpenFile(names[0], os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	info, _ := f.Stat()
	if _, err := f.WriteAt([]byte{0x77}, info.Size()-30); err != nil {
		t.Fatal(err)
	}
	if err := x.Verify(context.Background()); !errors.Is(err, errCorrupt) {
		t.Fatalf("verify: %v", err)
	}
}

func TestConcurrent(t *testing.T) {
	x := mustOpen(t, t.TempDir(), options())
	var wg sync.WaitGroup
	stop := make(chan struct{})
	for i := range 4 {
		wg.Go(func() {
			r := rand.New(rand.NewPCG(7, uint64(i)))
			for {
				select {
				case <-stop:
					return
				default:
				}
				q := feedback.Query{Text: pick(r, []string{"", "giao hang", `"giao hàng" OR late`, "del*"}), Facets: []string{"topic", "account"}, Filter: someFilter(r)}
				if _, err := x.Search(context.Background(), q); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	r := rand.New(rand.NewPCG(8, 9))
	var list []feedback.Change
	for i := range 20 {
		batch := changes(int64(20*i), make([]*feedback.Record, 0)...)
		for k := range 20 {
			batch = append(batch, changes(int64(20*i+k), someRecord(r, fmt.Sprint(r.IntN(200))))...)
		}
		list = append(list, batch...)
		mustApply(t, x, batch)
		if i == 10 {
			if err := x.Rebuild(); err != nil {
				t.Fatal(err)
			}
			if err := x.Apply(context.Background(), list, list[len(list)-1].Seq); err != nil {
				t.Fatal(err)
			}
		}
	}
	close(stop)
	wg.Wait()
}

func TestTimeout(t *testing.T) {
	o := options()
	o.Timeout = time.Nanosecond
	x := mustOpen(t, t.TempDir(), o)
	r := rand.New(rand.NewPCG(1, 1))
	var list []*feedback.Record
	for i := range 3000 {
		list = append(list, someRecord(r, fmt.Sprint(i)))
	}
	mustApply(t, x, changes(0, list...))
	if _, err := x.Search(context.Background(), feedback.Query{Text: "giao"}); feedback.CodeOf(err) != feedback.CodeTimeout {
		t.Fatalf("%v", err)
	}
}

// TestRandomDamage damages files of a closed index at random and expects that each damage is found at open, or harms no answer.
func TestRandomDamage(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	whole := t.TempDir()
	x := mustOpen(t, whole, options())
	var list []feedback.Change
	for i := range 200 {
		list = append(list, changes(int64(i), someRecord(r, fmt.Sprint(i)))...)
	}
	for i := 0; i < len(list); i += 50 {
		mustApply(t, x, list[i:i+50])
	}
	var gone []feedback.Change
	for i := range 20 { // so that there are deletions to lose
		gone = append(gone, feedback.Change{Seq: int64(201 + i), ID: fmt.Sprint(i * 7)})
	}
	mustApply(t, x, gone)
	list = append(list, gone...)
	answers := func(x *Index) string {
		var b strings.Builder
		for _, text := range []string{"", "giao", "hàng OR app", "topic:delivery", "nps:0..6", "sentiment:negative -giao"} {
			hits := mustSearch(t, x, feedback.Query{Text: text, Limit: 200, Facets: []string{"topic", "source", "account"}})
			fmt.Fprintln(&b, text, hits.Total, hits.IDs, hits.Facets)
		}
		return b.String()
	}
	want := answers(x)
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	damages, found := 200, 0
	if testing.Short() {
		damages = 40
	}
	for n := range damages {
		dir := t.TempDir()
		if err := os.CopyFS(dir, os.DirFS(whole)); err != nil {
			t.Fatal(err)
		}
		var files []string
		if err := filepath.WalkDir(dir, func(path string, e os.DirEntry, err error) error {
			if err == nil && !e.IsDir() {
				files = append(files, path)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		file := files[r.IntN(len(files))]
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		how := ""
		switch at := r.IntN(len(b)); r.IntN(4) {
		case 0:
			how, b = "cut", b[:at]
		case 1:
			how = "zeroed"
			clear(b[at:min(len(b), at+512)])
		case 2:
			how = "noise"
			for i := at; i < min(len(b), at+64); i++ {
				b[i] = byte(r.Uint32())
			}
		default:
			how = "flipped"
			b[at] ^= 1 << r.IntN(8)
		}
		if err := os.WriteFile(file, b, 0o600); err != nil {
			t.Fatal(err)
		}
		x, err := Open(dir, options())
		if err != nil {
			t.Fatalf("damage %d, %s %s: %v", n, how, filepath.Base(file), err)
		}
		if x.Mark() == 0 {
			found++
		}
		if err := x.Apply(t.Context(), list, 220); err != nil {
			t.Fatal(err)
		}
		if got := answers(x); got != want {
			t.Errorf("damage %d, %s %s: another answer", n, how, filepath.Base(file))
		}
		if err := x.Close(); err != nil {
			t.Error(err)
		}
	}
	if found == 0 {
		t.Error("no damage was found")
	}
	t.Logf("%d of %d damages were found at open, the rest harmed nothing", found, damages)
}
