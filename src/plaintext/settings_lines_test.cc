#include "plaintext/settings_lines.h"

#include <gtest/gtest.h>

#include <string>

namespace chimera::plaintext {
namespace {

// "kind: key=value …, next line"; empty where the first line sets nothing.
std::string settings(const std::string& text) {
  core::Document document;
  document.text = text;
  document.lines.push_back(0);
  for (std::size_t i = 0; i < text.size(); ++i)
    if (text[i] == '\n') document.lines.push_back(i + 1);
  const auto found = settings_lines(document, 0, text.size());
  if (!found) return {};
  std::string out;
  for (const Entry& entry : found->values) out += std::string(document.at(entry.key)) + "=" + std::string(document.at(entry.value)) + " ";
  return out + "to " + std::to_string(found->next);
}

TEST(SettingsLines, TakesDumpsOfArguments) {
  EXPECT_EQ(settings("Namespace(a=1, name='x, y', b=None, c=[1, 2], d=0.5)"), "a=1 name=x, y d=0.5 to 1");
  EXPECT_EQ(settings("INFO server_args=ServerArgs(tp_size=2, dtype=\"auto\")"), "tp_size=2 dtype=auto to 1");
  EXPECT_EQ(settings("Stats(mean=5, p99=7)"), "");
  EXPECT_EQ(settings("args=Namespace(a=1, b=(2)"), "");
  EXPECT_EQ(settings("args=Namespace(a=1)"), "");
  EXPECT_EQ(settings("(fc1): Linear(in_features=256, bias=True)"), "to 1");
}

TEST(SettingsLines, TakesDottedListsOfArguments) {
  EXPECT_EQ(settings("hidden ...... 64\nfp16 ....... True\nlr ........ 0.1\n\n"), "hidden=64 fp16=True lr=0.1 to 3");
  EXPECT_EQ(settings("copy ...... 64.5 GB/s\nscale ..... 65.5 GB/s\nadd ....... good\n"), "");
  EXPECT_EQ(settings("a ...... 64\nb ....... 65\nc ....... 66\n"), "");
  EXPECT_EQ(settings("a ...... 64\nb ....... yes\n"), "");
}

TEST(SettingsLines, TakesTitlesOfChosenValues) {
  EXPECT_EQ(settings("### causal=False, dim=64 ###"), "causal=False dim=64 to 1");
  EXPECT_EQ(settings("=== loss=2.5 ==="), "");
  EXPECT_EQ(settings("=== tests=5 failed=0 ==="), "");
}

TEST(SettingsLines, TakesDevices) {
  EXPECT_EQ(settings("  Device 0: NVIDIA RTX 7, compute capability 8.8, VMM: yes\n  Device 1: NVIDIA RTX 7, x\n"), "Device 0=NVIDIA RTX 7 to 2");
  EXPECT_EQ(settings("Device 0: NVIDIA RTX 7, x\nDevice 1: NVIDIA RTX 8, x\n"), "to 2");
  EXPECT_EQ(settings("ggml_vulkan: 0 = AMD Radeon 7 (RADV) | uma: 1"), "ggml_vulkan: 0=AMD Radeon 7 to 1");
  EXPECT_EQ(settings("GPU 0: 162.2 tokens/sec"), "");
  EXPECT_EQ(settings("Device 0"), "");
}

TEST(SettingsLines, TakesCommands) {
  EXPECT_EQ(settings("$ bench --model m --flag --rate=4 run"), "model=m flag= rate=4 to 1");
  EXPECT_EQ(settings("A_B=1 python3 x.py -ngl 9 -t 4 --nn 'a b' --host h"), "ngl=9 nn=a b to 1");
  EXPECT_EQ(settings("./x --a-b 1 \\\n  --cd -2 \\\n  --ef\nother\n"), "a-b=1 cd=-2 ef= to 3");
  EXPECT_EQ(settings("$ pip install --upgrade --user x"), "to 1");
  EXPECT_EQ(settings("Use it with --foo 3 and --bar 4 for speed"), "");
  EXPECT_EQ(settings("./x --only 1"), "");
  EXPECT_EQ(settings("\\\n"), "");
  EXPECT_EQ(settings("./llama-cli -m x.gguf -t 4 -ngl 9 -p 'a b' -n 8"), "m=x.gguf t=4 ngl=9 to 1");
  EXPECT_EQ(settings("python3 -m x.y -t 4 -ngl 9"), "ngl=9 to 1");
}

TEST(SettingsLines, AreLinesOfWhatWasRun) {
  EXPECT_EQ(settings("hf (pretrained=lab/owl,dtype=f16), limit: None, num_fewshot: 3"), "pretrained=lab/owl dtype=f16 num_fewshot=3 to 1");
  EXPECT_EQ(settings("a note (see x), limit: 3"), "");
  EXPECT_EQ(settings("call (a=1), "), "");
}

TEST(BracketedSettings, WantPairs) {
  const std::string line = "[a=8]";
  const auto found = bracketed_settings(line, {0, line.size()});
  ASSERT_EQ(found.values.size(), 1U);
  EXPECT_EQ(line.substr(found.values[0].value.begin, found.values[0].value.size()), "8");
  const std::string tag = "[rank0]";
  EXPECT_TRUE(bracketed_settings(tag, {0, tag.size()}).values.empty());
  const std::string model = "INFO [tiny-7b][bs=4] ";
  const auto both = bracketed_settings(model, {0, model.size()});
  ASSERT_EQ(both.values.size(), 2U);
  EXPECT_EQ(both.names[0], "model");
  EXPECT_EQ(model.substr(both.values[0].value.begin, both.values[0].value.size()), "tiny-7b");
}

}  // namespace
}  // namespace chimera::plaintext
