// Package export writes a run of the joint world for the tools that others use: as a capture, and
// as a script for packetdrill.
//
// A tick is a second, and the steps within one are a millisecond apart, or less if there are many. A capture is of raw IP;
// A is 192.0.2.1 port 40000, B is 192.0.2.2 port 80. Where it was taken matters, since a network
// that loses, delays and duplicates shows itself between two points only:
//
//	A, B   what that endpoint sends, and what arrives there, as often as it does
//	wire   what each endpoint sends, before anything is lost or doubled; what was on the way before
//	       the start, or comes from an attacker, when it first arrives
//
// A segment has no place for ghosts: the comment of its packet says whose it is.
//
// A script takes one endpoint for the host under test, and a tick for a hundredth of a second. Its
// user's calls are those of sockets; what arrives is injected, and what it sends is expected. What
// is lost is not injected. What is sent again comes when the host's own timer fires, and where
// TIME-WAIT ends the script pauses for as long as Linux waits. CLOSE is shutdown(SHUT_WR): the
// RFC's user goes on reading. A comment names the policies of the host, with which package
// packetdrill passes the script. A run that packetdrill's language cannot say is refused.
package export
