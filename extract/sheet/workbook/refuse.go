package workbook

import (
	"archive/zip"
	"compress/flate"
	"context"
	"errors"
	"fmt"
	"io"

	kflate "github.com/klauspost/compress/flate"

	"ferry/extract/sheet/grid"
)

// What people can do about a file that is refused.
const (
	doSaveAgain  = "open it in Excel, let Excel repair it if it asks, and save it again"
	doFetchAgain = "download or copy the file again, or ask for it again"
	doSplit      = "split it into smaller files, or save only the sheet that is needed as a new workbook"
	doCSV        = "open it in Excel and save it as Excel workbook (.xlsx)"
)

// refusal makes a *grid.Refusal of what went wrong in a part. Other errors, such
// as those of the disk or of the context, stay what they are.
func refusal(err error, what string) error {
	var known *grid.Refusal
	switch {
	case err == nil, errors.As(err, &known), errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	case errors.Is(err, errEntity):
		return &grid.Refusal{Cause: grid.Unsafe, Why: what + " declares entities, as files made to do harm do", Do: doSaveAgain}
	case errors.Is(err, errCut), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return &grid.Refusal{Cause: grid.Cut, Why: what + " ends in the middle: the file is not whole", Do: doFetchAgain}
	case errors.Is(err, errMarkup), errors.Is(err, errLong):
		return &grid.Refusal{Cause: grid.Broken, Why: what + " is damaged: " + err.Error(), Do: doSaveAgain}
	case errors.Is(err, zip.ErrChecksum), errors.Is(err, zip.ErrFormat), damaged(err):
		return &grid.Refusal{Cause: grid.Broken, Why: what + " is damaged: its content is not what was written", Do: doFetchAgain}
	case errors.Is(err, zip.ErrAlgorithm):
		return &grid.Refusal{Cause: grid.OtherFormat, Why: what + " is packed in a way that Excel does not know", Do: doSaveAgain}
	}
	return fmt.Errorf("%s: %w", what, err)
}

// damaged tells whether the packed bytes of a part make no sense to either of the
// two that unpack: some faults they call their own.
func damaged(err error) bool {
	var (
		corrupt  flate.CorruptInputError
		internal flate.InternalError
		input    kflate.CorruptInputError
		own      kflate.InternalError
	)
	return errors.As(err, &corrupt) || errors.As(err, &internal) || errors.As(err, &input) || errors.As(err, &own)
}

func broken(why string) *grid.Refusal {
	return &grid.Refusal{Cause: grid.Broken, Why: why, Do: doSaveAgain}
}

func tooLarge(why string) *grid.Refusal {
	return &grid.Refusal{Cause: grid.TooLarge, Why: why, Do: doSplit}
}
