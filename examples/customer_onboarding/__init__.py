"""Customer onboarding: from an application for a business account to an open one."""
