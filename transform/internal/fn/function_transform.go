package fn

import (
	"strings"
	"sync"

	"ferry/extract/record"
)

// transformFunctions are the named transforms that expressions want too. Each
// takes the value and then options, which may be left out from the end.
func transformFunctions() []Function {
	of := func(name, transform string, gives record.Kind, about, example string, least int, options ...string) Function {
		f := Function{Name: name, About: about, Example: example, Params: []record.Kind{anyKind}, Gives: gives, Variadic: len(options) > least}
		for range max(least, min(1, len(options))) {
			f.Params = append(f.Params, str)
		}
		if f.Variadic && least > 0 {
			f.Params = append(f.Params, str)
		}
		f.Call = applying(transform, example, options, nil)
		return f
	}
	fixed := func(name, transform string, about, example string, opts map[string]string) Function {
		return Function{Name: name, About: about, Example: example, Params: []record.Kind{anyKind}, Gives: str, Call: applying(transform, example, nil, opts)}
	}
	part := func(p string) map[string]string { return map[string]string{"part": p} }
	return []Function{
		of("phone", "phone", str, "a phone number as +17193881967; region is its home country", `phone(contactPhone, "US")`, 0, "region"),
		of("email", "email", str, "an e-mail address, checked", `email(contactEmail)`, 0),
		of("country", "country", str, "a country's code: alpha2, alpha3, numeric or name", `country(addressCountry, "alpha2")`, 0, "to"),
		of("state", "state", str, "a state's code", `state(addressProvince, "US")`, 0, "country"),
		of("zip", "zip", str, "a postal code as its country writes it", `zip(addressZIP, "US")`, 1, "country"),
		of("number", "number", numb, "a number; decimal and group are its separators", `number(price, ",", ".")`, 0, "decimal", "group"),
		of("integer", "integer", whol, "a whole number; decimal and group are its separators", `integer(qty, ",", ".")`, 0, "decimal", "group"),
		of("decimal", "decimal", record.Decimal, "an exact decimal as text", `decimal(price, ",", ".")`, 0, "decimal", "group"),
		of("boolean", "boolean", yes, "yes or no from words of several languages", `boolean(active)`, 0),
		of("date", "date", record.Date, "a day as 2006-01-02 from its layout", `date(created, "02/01/2006")`, 0, "layout", "zone", "to_zone"),
		of("datetime", "datetime", record.DateTime, "a date and time from its layout and zone", `datetime(created, "02/01/2006 15:04", "Europe/Paris")`, 0, "layout", "zone", "to_zone"),
		of("minutes", "minutes", whol, "a duration in whole minutes; unit is what a bare number counts", `minutes(length, "hours")`, 0, "unit"),
		fixed("first_name", "name", "the first names of a person's name", `first_name(contact)`, part("first")),
		fixed("last_name", "name", "the last name of a person's name", `last_name(contact)`, part("last")),
		fixed("name_prefix", "name", "the titles before a person's name", `name_prefix(contact)`, part("prefix")),
		fixed("name_suffix", "name", "Jr., PhD and the like after a person's name", `name_suffix(contact)`, part("suffix")),
	}
}

// applying calls a transform whose options come as arguments.
func applying(transform, example string, options []string, fixed map[string]string) func(args ...any) (any, error) {
	pools := &pools{transform: transform}
	return func(args ...any) (any, error) {
		if len(args)-1 > len(options) {
			return nil, misfit(nil, transform+" was called with too many values", "write it as "+example)
		}
		var key strings.Builder
		opts := args[1:]
		for i := range opts {
			s, err := textOf(opts[i])
			if err != nil {
				return nil, err
			}
			key.WriteString(s)
			key.WriteByte(0)
		}
		pool, err := pools.get(key.String(), options, fixed)
		if err != nil {
			return nil, misfit(args[0], err.Error(), "write it as "+example)
		}
		f := pool.Get().(convert)
		defer pool.Put(f)
		return f(args[0])
	}
}

// pools keep compiled transforms by their options. A mapping has few; past
// maxPools, when options come from records, all are made anew.
type pools struct {
	transform string
	mu        sync.RWMutex
	by        map[string]*sync.Pool
}

const maxPools = 300

func (p *pools) get(key string, options []string, fixed map[string]string) (*sync.Pool, error) {
	p.mu.RLock()
	pool := p.by[key]
	p.mu.RUnlock()
	if pool != nil {
		return pool, nil
	}
	opts := map[string]string{}
	for k, v := range fixed {
		opts[k] = v
	}
	for i, v := range strings.Split(key, "\x00") {
		if i < len(options) && v != "" {
			opts[options[i]] = v
		}
	}
	f, err := Compile(p.transform, opts)
	if err != nil {
		return nil, err
	}
	pool = &sync.Pool{New: func() any { return mustCompile(p.transform, opts) }}
	pool.Put(f)
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.by == nil || len(p.by) >= maxPools {
		p.by = map[string]*sync.Pool{}
	}
	p.by[strings.Clone(key)] = pool
	return pool, nil
}
