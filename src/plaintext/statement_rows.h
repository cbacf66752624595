// Lines that say one thing in a grammar of their own, as rows: lines that say the same things are rows of one table.
#pragma once

#include "core/document.h"
#include "plaintext/line_view.h"
#include "plaintext/reading_context.h"
#include "plaintext/table_builder.h"

namespace chimera::plaintext {

// Each says whether what a line says is of its kind; then it is read.

// "INSERT INTO t (a, b) VALUES ('1', 'x');".
[[nodiscard]] bool read_insert(const LineView& lines, core::Span content, TableBuilder& out);

// "[READ], AverageLatency(us), 79.25".
[[nodiscard]] bool read_grouped_value(const LineView& lines, core::Span content, TableBuilder& out);

// "BenchmarkSort-8  1000  123 ns/op  16 B/op".
[[nodiscard]] bool read_benchmark(const LineView& lines, core::Span content, TableBuilder& out);

// "Engine 000: Avg prompt throughput: 963.5 tokens/s, Running: 3 reqs". "Latency: min = 1 ms, max = 2 ms" is about one run: pairs.
[[nodiscard]] bool read_statement(const LineView& lines, core::Span content, ReadingContext& context, TableBuilder& out);

// "3#corpus.tar : 4000000 -> 1912312 (x2.092),  125.8 MB/s,  647.8 MB/s": what a level of a compressor makes of a file, as a row.
[[nodiscard]] bool read_compressed(const LineView& lines, std::size_t i, TableBuilder& out);

// "1.21 µs ± 10.5 ns per loop (mean ± std. dev. of 7 runs, 1,000,000 loops each)".
[[nodiscard]] bool read_loops(const LineView& lines, core::Span content, TableBuilder& out);
// "Length   256 tokens:   2110.81 t/s"
[[nodiscard]] bool read_length_rate(const LineView& lines, core::Span content, TableBuilder& out);

// "generate{total_time="1.2s" queue_time="95µs"}: router: Success".
[[nodiscard]] bool read_span_fields(const LineView& lines, core::Span content, TableBuilder& out);

// "valid | epoch 001 | loss 8.123 | ppl 182.5".
[[nodiscard]] bool read_barred(const LineView& lines, core::Span content, TableBuilder& out);

// "Trial 3 finished with value: 0.26 and parameters: {'lr': 0.01}".
[[nodiscard]] bool read_trial(const LineView& lines, core::Span content, TableBuilder& out);

// "BenchResult(model='m', num_gpu=33, tps=52.3)" above or below another of that name.
[[nodiscard]] bool read_object(const LineView& lines, std::size_t i, core::Span content, TableBuilder& out);

// "Latencies  [min, mean, max]  1.2ms, 3ms, 12ms".
[[nodiscard]] bool read_tuple(const LineView& lines, core::Span content, TableBuilder& out);

// "out_f32x4: 2340.5 , time:0.0169ms": the name is that of the case, where a line of another name and of the same values stands near.
[[nodiscard]] bool read_named_result(const LineView& lines, std::size_t i, core::Span content, TableBuilder& out);

// "6.42 GB/sec" alone.
[[nodiscard]] bool read_lone_rate(const LineView& lines, core::Span content, TableBuilder& out);

// "Warmup: 40.1 tok/s" and "[warmup] 40.1 tok/s": a rate of a run before those that count.
[[nodiscard]] bool read_warm_up(const LineView& lines, core::Span content, const ReadingContext& context, TableBuilder& out);

// "MUL_MAT(type_a=q4_0,m=4096):  852 runs -  1175.31 us/run -  99.92 GFLOPS".
[[nodiscard]] bool read_called(const LineView& lines, core::Span content, TableBuilder& out);

// "512 tokens generated in 11.3 seconds (Queue: 0.0 s, Generate: 45.2 T/s)".
[[nodiscard]] bool read_generated(const LineView& lines, core::Span content, TableBuilder& out);

// "Average Precision (AP) @[ IoU=0.50:0.95 | area=all ] = 0.229".
[[nodiscard]] bool read_conditioned(const LineView& lines, core::Span content, TableBuilder& out);

// "[write seq] Throughput: 3.3 GiB/s": words in brackets say of what the value is. A name of a logger is one word.
[[nodiscard]] bool read_labelled(const LineView& lines, core::Span content, TableBuilder& out);

}  // namespace chimera::plaintext
