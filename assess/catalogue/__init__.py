"""Facts about SDKs, as data: what a call does outside, what it costs, and which parameters steer it."""
