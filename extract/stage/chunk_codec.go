package stage

import (
	"fmt"
	"sync"

	"github.com/klauspost/compress/zstd"
)

// maxChunk is the largest body that is decompressed: more than any max_body, and
// a bound on what a damaged file can make us allocate.
const maxChunk = 1 << 30

// packer compresses bodies. An encoder is kept for each caller at work; they are
// dear to make.
type packer struct {
	encoders sync.Pool
}

// pack gives body compressed; it may be called from many goroutines.
func (p *packer) pack(body []byte) ([]byte, error) {
	enc, _ := p.encoders.Get().(*zstd.Encoder)
	if enc == nil {
		var err error
		enc, err = zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest),
			zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(1<<18), zstd.WithLowerEncoderMem(true))
		if err != nil {
			return nil, fmt.Errorf("make an encoder: %w", err)
		}
	}
	defer p.encoders.Put(enc)
	return enc.EncodeAll(body, make([]byte, 0, len(body)/3+64)), nil
}

// newUnpacker makes a decoder that works in the caller's goroutine.
func newUnpacker() (*zstd.Decoder, error) {
	dec, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1),
		zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxMemory(maxChunk))
	if err != nil {
		return nil, fmt.Errorf("make a decoder: %w", err)
	}
	return dec, nil
}
