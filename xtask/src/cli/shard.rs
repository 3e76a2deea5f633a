//! What may be typed to have `compare` do one shard of a campaign.

use std::path::PathBuf;

use clap::Args;
use compare::ShardWish;
use fleet::Shard;

/// The shard of a campaign. What is shown and exported is shown and exported of the merged shards.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Campaigns over several hosts")]
pub(crate) struct ShardArgs {
    /// Do one shard of several, such as `0/4` and `1/4`, each on a host of its own; `merge` puts them together
    #[arg(
        long,
        value_name = "I/N",
        value_parser = shard,
        requires = "out",
        conflicts_with_all = ["resume", "max_time", "precision", "save_baseline", "baseline"]
    )]
    shard: Option<Shard>,
    /// The folder of the campaign, which all its shards share
    #[arg(long, value_name = "DIR", requires = "shard")]
    out: Option<PathBuf>,
}

impl ShardArgs {
    /// The shard that is asked for.
    pub(crate) fn wish(&self) -> Option<ShardWish> {
        Some(ShardWish {
            shard: self.shard?,
            out: self.out.clone()?,
        })
    }
}

/// `3/8`: the fourth of eight.
fn shard(text: &str) -> Result<Shard, String> {
    let (index, count) = numbers(text).ok_or_else(|| {
        format!("`{text}` is no shard such as 0/4: which one, from 0, and of how many")
    })?;
    Shard::new(index, count).map_err(|error| error.to_string())
}

fn numbers(text: &str) -> Option<(u64, u64)> {
    let (index, count) = text.split_once('/')?;
    index.parse().ok().zip(count.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shard_is_one_of_several() {
        assert_eq!(shard("3/8"), Ok(Shard { index: 3, count: 8 }));
        for wrong in ["3", "3/", "/8", "a/b", "-1/4", "1/4/2"] {
            let problem = shard(wrong).unwrap_err();
            assert!(problem.contains("no shard such as 0/4"), "{problem}");
        }
        assert!(shard("4/4").unwrap_err().contains("the last one is 3"));
    }
}
