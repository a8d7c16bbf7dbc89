package main

import (
	"context"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// browser starts a real browser with nothing in it, and fails the test on whatever its console says is wrong.
func browser(t *testing.T) context.Context {
	t.Helper()
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		t.Skip("no browser is installed: apt install chromium")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox) // with a profile of its own, removed with it
	ctx, stop := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(stop)
	ctx, stop = chromedp.NewContext(ctx)
	t.Cleanup(stop)
	ctx, stop = context.WithTimeout(ctx, 2*time.Minute)
	t.Cleanup(stop)
	chromedp.ListenTarget(ctx, func(event any) {
		switch e := event.(type) {
		case *runtime.EventExceptionThrown:
			t.Errorf("the page threw: %s", e.ExceptionDetails.Error())
		case *log.EventEntryAdded:
			if e.Entry.Level == log.LevelError && !strings.Contains(e.Entry.URL, "/search?q=a+AND") { // that page is meant to fail
				t.Errorf("the console says %s (%s)", e.Entry.Text, e.Entry.URL)
			}
		}
	})
	return ctx
}

// TestBrowser goes through the pages of the demo as somebody would who sees it for the first time.
func TestBrowser(t *testing.T) {
	ctx := browser(t)
	s, err := startServer(program(t), t.TempDir(), "--demo")
	if err != nil {
		t.Fatal(err)
	}
	defer s.kill()

	var text, url string
	var wide bool
	step := func(what string, actions ...chromedp.Action) {
		t.Helper()
		if err := chromedp.Run(ctx, actions...); err != nil {
			t.Fatalf("%s: %v", what, err)
		}
	}
	has := func(what, want string) {
		t.Helper()
		if !strings.Contains(text, want) {
			t.Errorf("%s: no %q in %s", what, want, text)
		}
	}

	step("the overview", chromedp.Navigate(s.url+"/"), chromedp.WaitVisible("svg.line .dot"), chromedp.WaitVisible(".rise"), chromedp.Text("main", &text))
	has("the overview", "Net sentiment")
	has("the overview", "times as often as before")

	step("a search from the top", chromedp.SendKeys(".find input", "giao hang cham\r"), chromedp.WaitVisible("mark.hit"), chromedp.Text(".found", &text))
	has("the search", "Delivery")
	step("a facet", chromedp.Click(`//aside//a[text()="negative"]`, chromedp.BySearch), chromedp.WaitVisible(`a.chip[title]`), chromedp.Location(&url))
	if !strings.Contains(url, "sentiment=negative") || !strings.Contains(url, "q=giao") {
		t.Errorf("the facet leads to %s", url)
	}
	step("a bad query", chromedp.Navigate(s.url+"/search?q=a+AND+("), chromedp.Text(`[role="alert"]`, &text))
	has("a bad query", "column")

	step("a record", chromedp.Navigate(s.url+"/records/tk-1114-2"), chromedp.WaitVisible(".evidence"), chromedp.Text("main", &text))
	has("the record", "bị trừ hai lần")
	step("a correction", chromedp.SendKeys(`input[name="by"]`, "lan"), chromedp.SetValue(`select[name="sentiment"]`, "neutral"), chromedp.Click(".correct button"),
		chromedp.WaitVisible(`//li[contains(., "it is neutral")]`, chromedp.BySearch), chromedp.Text("main", &text))
	has("the correction", "lan: it is neutral")

	step("an account", chromedp.Navigate(s.url+"/accounts"), chromedp.Click(`//td/a[contains(., "Hiên Nắng")]`, chromedp.BySearch), chromedp.WaitVisible(".timeline"), chromedp.Text("main", &text))
	has("the account", "What the score is made of")

	step("themes", chromedp.Navigate(s.url+"/themes?sentiment=negative"), chromedp.WaitVisible(".theme blockquote"), chromedp.Text(".theme", &text))
	has("the themes", "people")

	step("drivers", chromedp.Navigate(s.url+"/drivers?metric=sentiment"), chromedp.WaitVisible(".balance"), chromedp.Text("main", &text))
	has("the drivers", "95 % interval")

	step("typing", chromedp.Navigate(s.url+"/read"), chromedp.Clear("textarea"), chromedp.SendKeys("textarea", "nhan vien de thuong"),
		chromedp.WaitVisible(`//h2[text()="Why positive"]`, chromedp.BySearch), chromedp.Text("#reading", &text))
	has("what is read while typing", "de thuong")

	for _, path := range []string{"/", "/search", "/themes", "/drivers", "/accounts", "/accounts/hien-nang", "/records/tk-1114-2", "/read"} {
		step("a phone", chromedp.EmulateViewport(390, 800), chromedp.Navigate(s.url+path), chromedp.Evaluate(`document.documentElement.scrollWidth > innerWidth`, &wide))
		if wide {
			t.Errorf("%s is wider than a phone", path)
		}
	}
}
