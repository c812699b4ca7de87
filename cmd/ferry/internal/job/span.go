package job

import (
	"errors"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

	"ferry/extract/connector"
)

var sizeParts = regexp.MustCompile(`^(\d+)\s*([KMG]i?B|B)?$`)

// The parsers below never repeat what they were given: it may have come from a
// placeholder.

// parseSpan reads a length of time: 7d, 36h, 1h30m. A bare 0 is none.
func parseSpan(text string) (time.Duration, error) {
	if strings.TrimSpace(text) == "0" {
		return 0, nil
	}
	d, err := connector.ParseSpan(text)
	if err != nil {
		return 0, errors.New("must be a length of time such as 7d, 12h or 90s")
	}
	return d, nil
}

// parseLimit reads requests in a span: 120/min, 10000/day, 20/10s.
func parseLimit(text string) (connector.Limit, error) {
	l, err := connector.ParseLimit(text)
	if err != nil {
		return l, errors.New("must be requests in a span, such as 120/min, 10000/day or 20/10s")
	}
	return l, nil
}

// parseSize reads a number of bytes: 64MiB, 500KB, 1048576.
func parseSize(text string) (int64, error) {
	bad := errors.New("must be a size such as 64MiB or 500KB")
	m := sizeParts.FindStringSubmatch(strings.TrimSpace(text))
	if m == nil {
		return 0, bad
	}
	n, err := strconv.ParseInt(m[1], 10, 64)
	factor := map[string]int64{
		"": 1, "B": 1, "KB": 1e3, "MB": 1e6, "GB": 1e9, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30,
	}[m[2]]
	if err != nil || n < 1 || n > math.MaxInt64/factor {
		return 0, bad
	}
	return n * factor, nil
}

// parseShare reads a percentage from 0% to 100% as 0 to 1.
func parseShare(text string) (float64, error) {
	number, ok := strings.CutSuffix(strings.TrimSpace(text), "%")
	share, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
	if !ok || err != nil || !(share >= 0 && share <= 100) { // the negation also catches NaN
		return 0, errors.New("must be a share such as 10%")
	}
	return share / 100, nil
}

// parseFailures reads a share (5%) or a number of records (20).
func parseFailures(text string) (Failures, error) {
	if n, err := strconv.Atoi(strings.TrimSpace(text)); err == nil && n >= 0 {
		return Failures{Count: n}, nil
	}
	share, err := parseShare(text)
	if err != nil {
		return Failures{}, errors.New("must be a share such as 5%, or a number of records")
	}
	return Failures{Share: share}, nil
}
