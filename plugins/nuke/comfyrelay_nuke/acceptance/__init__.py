"""What a machine with a licence is asked, once: does the real Nuke do what we count on?"""
