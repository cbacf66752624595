#include "app/profile.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace chimera::app {
namespace {

using Words = std::vector<std::string>;

class Profile : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = testing::TempDir() + "profile";
    std::filesystem::create_directories(folder_);
    file_ = folder_ + "/config.toml";
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  void write(const std::string& text) const { std::ofstream(file_) << text; }
  std::string folder_, file_;
};

TEST_F(Profile, StandsForItsOptions) {
  write("[profile.lab]\nexecutor = \"slurm\"\nnodes = 4\nsbatch = [\"--constraint=epyc\", \"--mem=4G\"]\n[profile.other]\nnodes = 1\n");
  const auto words = with_profile({"bench", "--profile", "lab", "-p", "8"}, file_);
  ASSERT_TRUE(words.has_value()) << words.error().message;
  EXPECT_EQ(*words, (Words{"bench", "-p", "8", "--executor=slurm", "--nodes=4", "--sbatch=--constraint=epyc", "--sbatch=--mem=4G"}));
  EXPECT_EQ(*with_profile({"bench", "--profile=other"}, file_), (Words{"bench", "--nodes=1"}));
}

TEST_F(Profile, GivesWayToWhatIsTyped) {
  write("[profile.lab]\nnodes = 4\npartition = \"cpu\"\n");
  EXPECT_EQ(*with_profile({"bench", "--nodes", "2", "--profile", "lab"}, file_), (Words{"bench", "--nodes", "2", "--partition=cpu"}));
  EXPECT_EQ(*with_profile({"bench", "--nodes=2", "--profile", "lab"}, file_), (Words{"bench", "--nodes=2", "--partition=cpu"}));
}

TEST_F(Profile, LeavesAnothersArgumentsAlone) {
  write("[profile.lab]\nnodes = 4\n");
  EXPECT_EQ(*with_profile({"run", "--", "aws", "--profile", "lab"}, file_), (Words{"run", "--", "aws", "--profile", "lab"}));
  EXPECT_EQ(*with_profile({"bench"}, folder_ + "/nothing"), Words{"bench"}) << "no file is needed where none is named";
}

TEST_F(Profile, SaysWhatIsWrong) {
  const auto told = [&](const std::string& text, const Words& words) {
    write(text);
    const auto answer = with_profile(words, file_);
    return answer ? std::string("nothing") : answer.error().message + " / " + answer.error().hint;
  };
  EXPECT_NE(told("[profile.lab]\nnode = 4\n", {"bench", "--profile", "lab"}).find("did you mean \"nodes\"?"), std::string::npos);
  EXPECT_NE(told("[profile.lab]\nnodes = 4\n", {"bench", "--profile", "lap"}).find("did you mean \"lab\"?"), std::string::npos);
  EXPECT_NE(told("[profile.lab]\nnodes = []\n", {"bench", "--profile", "lab"}).find("nodes is no value"), std::string::npos);
  EXPECT_NE(told("[profile.lab]\nnodes = \n", {"bench", "--profile", "lab"}).find("line 2"), std::string::npos);
  EXPECT_NE(told("", {"bench", "--profile"}).find("needs a name"), std::string::npos);
  EXPECT_NE(with_profile({"bench", "--profile", "lab"}, folder_ + "/nothing").error().message.find("there is no"), std::string::npos);
}

}  // namespace
}  // namespace chimera::app
