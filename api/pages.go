package api

import (
	"bytes"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/thau-cx/thau/api/web"
	"github.com/thau-cx/thau/feedback"
)

// The paths of pages. They stand beside the API, which is under /v1, and are not part of its document.
const (
	pageOverview = "/"
	pageSearch   = "/search"
	pageRises    = "/rises"
	pageDrivers  = "/drivers"
	pageThemes   = "/themes"
	pageAccounts = "/accounts"
	pageAccount  = "/accounts/:id"
	pageRecord   = "/records/:id"
	pageRead     = "/read"
	pageSignIn   = "/signin"
	pageAsset    = web.AssetPrefix + "*file"
)

// pages is every page there is.
func (s *server) pages() {
	s.engine.GET(pageAsset, s.asset)
	open := s.engine.Group("", s.ownPage, s.within)
	open.GET(pageSignIn, s.showSignIn)
	open.POST(pageSignIn, s.signIn)
	read := open.Group("", s.seated(feedback.ScopeRead), unescape)
	read.GET(pageOverview, s.overviewPage)
	read.GET(pageRises, s.risesPage)
	read.GET(pageDrivers, s.driversPage)
	read.GET(pageSearch, s.searchPage)
	read.GET(pageThemes, s.themesPage)
	read.GET(pageAccounts, s.accountsPage)
	read.GET(pageAccount, s.accountPage)
	read.GET(pageRecord, s.recordPage)
	read.GET(pageRead, s.readPage)
	read.POST(pageRead, s.readPage)
	open.Group("", s.seated(feedback.ScopeWrite), unescape).POST(pageRecord, s.correctOnPage)
}

// sections says to which link of the menu a page belongs.
var sections = map[string]string{pageAccount: pageAccounts, pageRecord: pageSearch, pageRises: pageOverview}

// show answers with a page.
func (s *server) show(c *gin.Context, status int, name, title string, body any) {
	here := c.FullPath()
	if section, ok := sections[here]; ok {
		here = section
	}
	draw, f := web.Render, web.Frame{Title: title, Here: here, Q: c.Query("q"), Body: body}
	if c.GetHeader("X-Part") != "" {
		draw = web.RenderPart
	}
	var b bytes.Buffer
	if err := draw(&b, name, f); err != nil {
		s.showProblem(c, err)
		return
	}
	c.Data(status, "text/html; charset=utf-8", b.Bytes())
}

// showProblem answers with a page that says what went wrong.
func (s *server) showProblem(c *gin.Context, err error) {
	p := problemFor(c, err)
	c.Abort()
	var b bytes.Buffer
	if err := web.Render(&b, "problem", web.Frame{Title: p.Title, Body: p}); err != nil {
		fail(c, err)
		return
	}
	c.Data(p.Status, "text/html; charset=utf-8", b.Bytes())
}

// noRoute tells whoever asked for what is not there: a browser by a page, a program by a problem.
func (s *server) noRoute(c *gin.Context) {
	if !strings.Contains(c.GetHeader("Accept"), "text/html") {
		fail(c, errNoRoute)
		return
	}
	c.Header("Content-Security-Policy", web.Policy)
	s.showProblem(c, errNoRoute)
}

// fault gives what to say on a page about an error of whoever asked, and the page's status. An error that is ours is answered here, and
// the status is 0.
func (s *server) fault(c *gin.Context, err error) (text string, status int) {
	p := newProblem(err)
	if p.Status >= http.StatusInternalServerError {
		s.showProblem(c, err)
		return "", 0
	}
	return p.Detail, p.Status
}

// asset answers with a style sheet, the script or the icon.
func (s *server) asset(c *gin.Context) {
	content, mediaType, ok := web.Asset(strings.TrimPrefix(c.Param("file"), "/"))
	if !ok {
		fail(c, errNoRoute)
		return
	}
	c.Header("Cache-Control", "public, max-age=31536000, immutable")
	c.Data(http.StatusOK, mediaType, content)
}

// ownPage lets a page have its style and script, and refuses a form that another site sends: its Origin tells, which a browser hides
// from us as well where the policy for referrers is no-referrer.
func (s *server) ownPage(c *gin.Context) {
	c.Header("Content-Security-Policy", web.Policy)
	c.Header("Referrer-Policy", "same-origin")
	if c.Request.Method == get {
		return
	}
	if origin := c.GetHeader("Origin"); origin != "" && !sameOrigin(origin, c.Request.Host) || c.GetHeader("Sec-Fetch-Site") == "cross-site" {
		s.showProblem(c, errForeignOrigin)
	}
}

// keyCookie holds the key of who signed in: for pages alone, the API takes none.
const keyCookie = "thau_key"

// seated lets somebody pass who signed in with a key that has a scope. On loopback nobody needs to.
func (s *server) seated(scope string) gin.HandlerFunc {
	return func(c *gin.Context) {
		if s.options.Loopback && !s.options.RequireKey {
			return
		}
		secret, err := c.Cookie(keyCookie)
		if err != nil {
			s.askToSignIn(c)
			return
		}
		key, err := s.keys.key(c.Request.Context(), s.service, secret)
		switch {
		case feedback.CodeOf(err) == feedback.CodeUnauthorized:
			s.askToSignIn(c)
		case err != nil:
			s.showProblem(c, err)
		case !key.Allows(scope):
			s.showProblem(c, feedback.Errorf(feedback.CodeForbidden, "", "your key lacks the scope %s", scope))
		default:
			c.Set(contextKeyName, key.Name)
		}
	}
}

func (s *server) askToSignIn(c *gin.Context) {
	next := c.Request.URL.RequestURI()
	if c.Request.Method != get {
		next = pageOverview
	}
	c.Redirect(http.StatusSeeOther, pageSignIn+"?next="+url.QueryEscape(next))
	c.Abort()
}

// signInBody is what the page to sign in shows.
type signInBody struct{ Next, Fault string }

func (s *server) showSignIn(c *gin.Context) {
	s.show(c, http.StatusOK, "signin", "Sign in", signInBody{Next: c.Query("next")})
}

// signIn keeps a key in a cookie that no script reads and no other site sends.
func (s *server) signIn(c *gin.Context) {
	body := signInBody{Next: c.PostForm("next")}
	key := strings.TrimSpace(c.PostForm("key"))
	if _, err := s.keys.key(c.Request.Context(), s.service, key); err != nil {
		status := 0
		if body.Fault, status = s.fault(c, err); status != 0 {
			s.show(c, status, "signin", "Sign in", body)
		}
		return
	}
	http.SetCookie(c.Writer, &http.Cookie{
		Name: keyCookie, Value: key, Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode, Secure: c.Request.TLS != nil,
		MaxAge: int((30 * 24 * time.Hour).Seconds()),
	})
	next := body.Next
	if u, err := url.Parse(next); err != nil || u.IsAbs() || u.Host != "" || !strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") || strings.Contains(next, `\`) {
		next = pageOverview
	}
	c.Redirect(http.StatusSeeOther, next)
}
