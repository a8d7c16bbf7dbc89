package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
)

type configCmd struct {
	JSON bool `name:"json" help:"Print JSON."`
}

// envPrefix begins the environment variables that are ours.
const envPrefix = "THAU_"

// secrets are the variables whose values are not shown.
var secrets = []string{"THAU_KEY"}

// setting is one effective value and where it comes from.
type setting struct {
	Value  string `json:"value"`
	Source string `json:"source"` // "default" or "environment"
}

// Run prints what every flag is where the command line does not say otherwise.
func (c *configCmd) Run(app *kong.Kong, std streams) error {
	settings := map[string]setting{}
	for name, flag := range envFlags(app.Model.Node) {
		s := setting{flag.Default, "default"}
		if value, ok := os.LookupEnv(name); ok {
			s = setting{value, "environment"}
		}
		if slices.Contains(secrets, name) && s.Value != "" {
			s.Value = "(redacted)"
		}
		settings[name] = s
	}
	if c.JSON {
		enc := json.NewEncoder(std.out)
		enc.SetIndent("", "  ")
		return enc.Encode(settings)
	}
	for _, name := range slices.Sorted(maps.Keys(settings)) {
		s := settings[name]
		if _, err := fmt.Fprintf(std.out, "%s=%s  # %s\n", name, s.Value, s.Source); err != nil {
			return err
		}
	}
	return nil
}

// envFlags gives the flags by their environment variables. Flags of several commands share one where they share a name; the one with
// a default stands for them.
func envFlags(node *kong.Node) map[string]*kong.Flag {
	out := map[string]*kong.Flag{}
	for _, flag := range node.Flags {
		for _, name := range flag.Envs {
			out[name] = flag
		}
	}
	for _, child := range node.Children {
		for name, flag := range envFlags(child) {
			if known, ok := out[name]; !ok || known.Default == "" {
				out[name] = flag
			}
		}
	}
	return out
}

// unknownEnv names the THAU_ variables of an environment that no flag has: a slip of the keys there would otherwise go unseen.
func unknownEnv(known map[string]*kong.Flag, environ []string) []string {
	var unknown []string
	for _, entry := range environ {
		name, _, _ := strings.Cut(entry, "=")
		if strings.HasPrefix(name, envPrefix) && known[name] == nil {
			unknown = append(unknown, name)
		}
	}
	slices.Sort(unknown)
	return unknown
}
