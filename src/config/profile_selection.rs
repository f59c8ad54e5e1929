//! Which profile a post gets: the first that matches, in the order of the list; else the default.

use super::plugin_config::Config;
use super::profile::Profile;

impl Config {
    /// Returns the profile of a post by its `:authority`, its path without the query, and `request_info.app_id`, where
    /// sent.
    #[must_use]
    pub fn profile_for(&self, authority: &str, path: &str, app_id: Option<&str>) -> &Profile {
        self.candidates(authority, path).find(|profile| profile.takes_app(app_id)).unwrap_or(&self.default_profile)
    }

    /// Returns the profiles that a post may get, by what is known before its body is read.
    pub fn candidates(&self, authority: &str, path: &str) -> impl Iterator<Item = &Profile> {
        let mut settled = false;
        self.all_profiles().filter(move |profile| profile.takes_head(authority, path)).take_while(move |profile| {
            let possible = !settled;
            settled |= profile.takes_any_app();
            possible
        })
    }

    /// Returns the profile of a post where its body doesn't matter.
    #[must_use]
    pub fn profile_by_head(&self, authority: &str, path: &str) -> Option<&Profile> {
        self.candidates(authority, path).next().filter(|first| first.takes_any_app())
    }

    /// Returns all profiles, the default one last.
    pub fn all_profiles(&self) -> impl Iterator<Item = &Profile> {
        self.profiles.iter().chain([&self.default_profile])
    }
}
