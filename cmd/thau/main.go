// Command thau reads customer feedback in Vietnamese and English: it analyzes, stores, searches and scores it, as a server and on the
// command line. It joins the rooms of the house and is the only place that reads flags, the environment and files, or exits.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	_ "time/tzdata" // a machine may have none

	"github.com/alecthomas/kong"

	"github.com/thau-cx/thau/analyzer"
	"github.com/thau-cx/thau/lexicons"
)

// The exit codes; every command's help lists them.
const (
	exitOK          = 0
	exitFailed      = 1
	exitUsage       = 2
	exitInterrupted = 130
)

// commands is the command line: one field and one file a command.
type commands struct {
	Serve     serveCmd     `cmd:"" help:"Serve the pages and the API."`
	Import    importCmd    `cmd:"" help:"Store feedback from files."`
	Export    exportCmd    `cmd:"" help:"Write records as lines of JSON or as a table."`
	Search    searchCmd    `cmd:"" help:"Search what is stored."`
	Themes    themesCmd    `cmd:"" help:"Find what sets records apart."`
	Emerging  emergingCmd  `cmd:"" help:"Find what is said more often than before."`
	Trends    trendsCmd    `cmd:"" help:"Follow a metric over time."`
	Drivers   driversCmd   `cmd:"" help:"Tell which topics a metric goes with."`
	Health    healthCmd    `cmd:"" help:"Say how an account is, and why."`
	Analyze   analyzeCmd   `cmd:"" help:"Analyze texts: JSON Lines in, JSON Lines out, in the same order."`
	Tokenize  tokenizeCmd  `cmd:"" help:"Cut lines into words: blanks between words, _ between the syllables of one."`
	Normalize normalizeCmd `cmd:"" help:"Write chat spellings out, shorten stretched letters and compose letters; what is standard stays as it is."`
	Eval      evalCmd      `cmd:"" help:"Measure the analyzer against labelled texts."`
	Learn     learnCmd     `cmd:"" help:"Learn an overlay from labelled texts, if it reads others better than what is there."`
	Lexicon   lexiconCmd   `cmd:"" help:"Look after lexicon files."`
	Reindex   reindexCmd   `cmd:"" help:"Build the search index and the rollups anew."`
	Overlay   overlayCmd   `cmd:"" help:"Manage lexicon overlays: own terms and topics, and what was learned."`
	Tagging   taggingCmd   `cmd:"" help:"Look after the tagging of tickets: rules, and how well it does."`
	Reanalyze reanalyzeCmd `cmd:"" help:"Read records again that another engine read."`
	Erase     eraseCmd     `cmd:"" help:"Erase everything that is known of a customer."`
	Backup    backupCmd    `cmd:"" help:"Back the data up, also while a server runs."`
	Restore   restoreCmd   `cmd:"" help:"Put a backup into a data directory."`
	Key       keyCmd       `cmd:"" help:"Manage the keys of the API."`
	Config    configCmd    `cmd:"" help:"Print the effective settings."`
	Version   versionCmd   `cmd:"" help:"Print the version of the program, its analyzer and its lexicon."`
}

// streams are the process's standard streams, replaced in tests.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	os.Exit(run(ctx, os.Args[1:], streams{os.Stdin, os.Stdout, os.Stderr}))
}

// errReported ends a command with exit code 1 after it has said itself what went wrong.
var errReported = errors.New("reported")

// run executes one command line and gives its exit code.
func run(ctx context.Context, args []string, std streams) (code int) {
	var cmds commands
	exited := -1
	parser, err := kong.New(&cmds,
		kong.Name("thau"),
		kong.Description("Thấu reads customer feedback in Vietnamese and English.\n\nEach flag can also be given by the environment variable that stands behind it."),
		kong.Help(printHelp),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.DefaultEnvars(strings.TrimSuffix(envPrefix, "_")),
		kong.Vars{"packs": strings.Join(lexicons.PackNames(), ", ")},
		kong.Writers(std.out, std.err),
		kong.Exit(func(c int) { exited = c; panic(exitPanic{}) }),
		kong.UsageOnError(),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Bind(std),
	)
	if err != nil {
		fmt.Fprintf(std.err, "thau: %v\n", err)
		return exitFailed
	}
	defer func() {
		if p := recover(); p != nil {
			if _, ok := p.(exitPanic); !ok {
				panic(p)
			}
			code = exited
		}
	}()
	if unknown := unknownEnv(envFlags(parser.Model.Node), os.Environ()); len(unknown) > 0 {
		fmt.Fprintf(std.err, "thau: the environment has %s, which no flag reads: correct or unset it; thau --help names the flags of each command\n", strings.Join(unknown, ", "))
		return exitUsage
	}
	command, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintf(std.err, "thau: %v\n", err)
		return exitUsage
	}
	switch err := command.Run(); {
	case err == nil:
		return exitOK
	case ctx.Err() != nil:
		fmt.Fprintln(std.err, "thau: interrupted; what was stored stays")
		return exitInterrupted
	case errors.Is(err, errReported):
		return exitFailed
	default:
		fmt.Fprintf(std.err, "thau: %s\n", plainError(err))
		return exitFailed
	}
}

// printHelp adds the exit codes to every command's help.
func printHelp(options kong.HelpOptions, ctx *kong.Context) error {
	if err := kong.DefaultHelpPrinter(options, ctx); err != nil {
		return err
	}
	_, err := fmt.Fprintf(ctx.Stdout, "\nExit status: %d ok, %d failed, %d usage, %d interrupted.\n", exitOK, exitFailed, exitUsage, exitInterrupted)
	return err
}

// exitPanic unwinds from kong's exit hook (--help) back to run.
type exitPanic struct{}

// newAnalyzer lays out the built-in lexicon.
func newAnalyzer() (*analyzer.Analyzer, error) {
	lex, err := lexicons.Builtin()
	if err != nil {
		return nil, err
	}
	return analyzer.New(lex)
}
