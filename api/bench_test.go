package api

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gin-gonic/gin"
)

// benchTexts are of both languages and of usual lengths.
var benchTexts = []string{
	"Giao hàng rất chậm, nhân viên không nghe máy, thất vọng",
	"Sản phẩm tốt, đóng gói cẩn thận, sẽ ủng hộ shop tiếp",
	"App hay bị văng khi thanh toán, mong sớm sửa lỗi",
	"sp dep lam nhung giao hoi cham, shop nen cai thien",
	"Great product but the delivery took two weeks and nobody answered my emails",
	"I love the new dashboard, so much faster than before!",
	"Please add an export to Excel, it would save us hours",
	"Nhân viên tư vấn nhiệt tình, giá hợp lý, không gian sạch sẽ, sẽ quay lại lần sau cùng gia đình",
}

// benchRequests are requests as they go over the wire.
func benchRequests(path string) [][]byte {
	var out [][]byte
	for i, text := range benchTexts {
		body := fmt.Sprintf(`{"id":"r%d","text":%q}`, i, text)
		out = append(out, []byte(fmt.Sprintf("POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", path, len(body), body)))
	}
	return out
}

// served gives a server whose connections are those of the product.
func served(h http.Handler) *httptest.Server {
	srv := httptest.NewUnstartedServer(h)
	srv.Config.ConnContext = withConn
	srv.Listener = corkingListener{srv.Listener}
	srv.Start()
	return srv
}

// overWire sends requests over kept connections, in two ways: with as thin a client as there can be, which leaves the server nearly
// all of the machine, and with Go's own.
func overWire(b *testing.B, srv *httptest.Server, path string) {
	defer srv.Close()
	requests := benchRequests(path)
	b.Run("thin", func(b *testing.B) {
		parallel(b, func() func(int) error {
			conn, err := net.Dial("tcp", srv.Listener.Addr().String())
			if err != nil {
				b.Fatal(err)
			}
			b.Cleanup(func() { conn.Close() })
			in := bufio.NewReader(conn)
			return func(i int) error {
				if _, err := conn.Write(requests[i%len(requests)]); err != nil {
					return err
				}
				return skipResponse(in)
			}
		})
	})
	b.Run("net-http", func(b *testing.B) {
		parallel(b, func() func(int) error {
			client := &http.Client{Transport: &http.Transport{}}
			b.Cleanup(client.CloseIdleConnections)
			return func(i int) error {
				_, body, _ := bytes.Cut(requests[i%len(requests)], []byte("\r\n\r\n"))
				resp, err := client.Post(srv.URL+path, "application/json", bytes.NewReader(body))
				if err != nil {
					return err
				}
				defer resp.Body.Close()
				_, err = io.Copy(io.Discard, resp.Body)
				return err
			}
		})
	})
}

// parallel runs what begin begins, several at once.
func parallel(b *testing.B, begin func() func(int) error) {
	var n atomic.Int64
	b.ReportAllocs()
	b.SetParallelism(8)
	used := cpu(b)
	b.RunParallel(func(pb *testing.PB) {
		request := begin()
		for pb.Next() {
			if err := request(int(n.Add(1))); err != nil {
				b.Error(err)
				return
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "req/s")
	b.ReportMetric((cpu(b)-used).Seconds()*1e6/float64(b.N), "cpu-µs/req")
}

// BenchmarkAnalyzeHalfLoad asks POST /v1/analyze at half the rate that the bare echo reaches here and now, each request at its appointed
// time whether or not those before it were answered, and gives how long after that time half and nearly all of the answers are there.
func BenchmarkAnalyzeHalfLoad(b *testing.B) {
	o := onLoopback
	o.Logger = slog.New(slog.NewJSONHandler(io.Discard, nil))
	analyze, bare := served(New(newHouse(b).Service, o)), httptest.NewServer(echo())
	defer analyze.Close()
	defer bare.Close()
	for b.Loop() {
		rate := load(b, bare, "/echo", 0, 2*time.Second)
		took := load(b, analyze, pathAnalyze, float64(len(rate))/2/2, 5*time.Second)
		slices.Sort(took)
		b.ReportMetric(float64(len(rate))/2, "echo/s")
		b.ReportMetric(float64(len(took))/5, "asked/s")
		b.ReportMetric(ms(took, 0.5), "p50-ms")
		b.ReportMetric(ms(took, 0.99), "p99-ms")
	}
}

// load sends requests for a time over 32 connections, at a rate or, where that is 0, as fast as they are answered, and gives how long after its
// time each was answered.
func load(b *testing.B, srv *httptest.Server, path string, rate float64, during time.Duration) []time.Duration {
	b.Helper()
	const connections = 32
	requests := benchRequests(path)
	took := make([][]time.Duration, connections)
	var (
		n       atomic.Int64
		clients sync.WaitGroup
	)
	start := time.Now()
	for i := range took {
		clients.Go(func() {
			conn, err := net.Dial("tcp", srv.Listener.Addr().String())
			if err != nil {
				b.Error(err)
				return
			}
			defer conn.Close()
			in := bufio.NewReader(conn)
			for {
				k, due := n.Add(1), time.Now()
				if rate > 0 {
					due = start.Add(time.Duration(float64(k) / rate * float64(time.Second)))
					time.Sleep(time.Until(due))
				}
				if due.Sub(start) > during {
					return
				}
				if _, err = conn.Write(requests[int(k)%len(requests)]); err == nil {
					err = skipResponse(in)
				}
				if err != nil {
					b.Error(err)
					return
				}
				took[i] = append(took[i], time.Since(due))
			}
		})
	}
	clients.Wait()
	return slices.Concat(took...)
}

// skipResponse reads an answer of a known length.
func skipResponse(in *bufio.Reader) error {
	length := 0
	status, err := in.ReadString('\n')
	if err != nil {
		return err
	}
	if !strings.HasPrefix(status, "HTTP/1.1 200") {
		return fmt.Errorf("answered %s", status)
	}
	for {
		line, err := in.ReadSlice('\n')
		if err != nil {
			return err
		}
		if len(line) == 2 {
			_, err := in.Discard(length)
			return err
		}
		if value, ok := strings.CutPrefix(string(line), "Content-Length: "); ok {
			if _, err := fmt.Sscan(value, &length); err != nil {
				return err
			}
		}
	}
}

// BenchmarkEcho is what the router alone can do: it reads the body and writes it back.
func BenchmarkEcho(b *testing.B) { overWire(b, httptest.NewServer(echo()), "/echo") }

func echo() http.Handler {
	gin.SetMode(gin.ReleaseMode)
	e := gin.New()
	e.POST("/echo", func(c *gin.Context) {
		var in struct {
			ID   string `json:"id"`
			Text string `json:"text"`
		}
		if err := c.ShouldBindJSON(&in); err != nil {
			c.Status(http.StatusBadRequest)
			return
		}
		c.JSON(http.StatusOK, in)
	})
	return e
}

// BenchmarkAnalyze is POST /v1/analyze as it is served, log and metrics included.
func BenchmarkAnalyze(b *testing.B) {
	o := onLoopback
	o.Logger = slog.New(slog.NewJSONHandler(io.Discard, nil))
	overWire(b, served(New(newHouse(b).Service, o)), pathAnalyze)
}

// BenchmarkAnalyzeHandler is the same without a network.
func BenchmarkAnalyzeHandler(b *testing.B) {
	h := New(newHouse(b).Service, onLoopback)
	b.ReportAllocs()
	for i := range b.N {
		r := httptest.NewRequest(post, pathAnalyze, strings.NewReader(fmt.Sprintf(`{"text":%q}`, benchTexts[i%len(benchTexts)])))
		r.Host = "localhost"
		r.Header.Set("Content-Type", "application/json")
		h.ServeHTTP(httptest.NewRecorder(), r)
	}
}

// BenchmarkBulk streams records in and waits until each is durable and answered.
func BenchmarkBulk(b *testing.B) {
	srv := httptest.NewServer(New(newHouse(b).Service, onLoopback))
	defer srv.Close()
	var body bytes.Buffer
	for i := range b.N {
		fmt.Fprintf(&body, `{"id":"r%d","text":%q,"scores":{"nps":%d},"attributes":{"plan":"pro"}}`+"\n", i, benchTexts[i%len(benchTexts)], i%11)
	}
	b.ResetTimer()
	resp, err := http.Post(srv.URL+pathFeedbackBulk, lineTypes[0], &body)
	if err != nil {
		b.Fatal(err)
	}
	defer resp.Body.Close()
	lines := bufio.NewScanner(resp.Body)
	n := 0
	for lines.Scan() {
		n++
	}
	if n != b.N {
		b.Fatalf("%d answers to %d lines", n, b.N)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "records/s")
}
